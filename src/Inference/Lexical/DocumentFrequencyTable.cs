using System.IO.Compression;
using System.Security.Cryptography;

namespace Pipeline.Inference.Lexical;

/// <summary>
/// How rare a feature is: the inverse document frequency of 2^17 hash buckets, one byte each. The table that ships is derived counts
/// only, made by <c>eng/document-frequencies.cs</c>.
/// </summary>
public sealed class DocumentFrequencyTable
{
    private const int BucketBits = 17;
    private const int StepsPerUnit = 32;

    /// <summary>
    /// Added to every document frequency. The source corpora are small and of two domains, so a feature they never saw must not
    /// count for much more than one they saw a few times.
    /// </summary>
    private const double Smoothing = 5;

    private static readonly Lazy<DocumentFrequencyTable> _builtIn = new(ReadResource);

    private readonly float[] _weights;

    private DocumentFrequencyTable(byte[] buckets)
    {
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(buckets));
        _weights = Array.ConvertAll(buckets, b => (float)b / StepsPerUnit);
    }

    /// <summary>The table that ships with the library.</summary>
    public static DocumentFrequencyTable BuiltIn => _builtIn.Value;

    /// <summary>SHA-256 of the uncompressed buckets, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>
    /// Builds the buckets: <c>ln((N + s) / (df + s))</c> with N the number of texts of the corpus and s the smoothing, in steps of
    /// 1/32. Each corpus counts alone; a feature of several gets the lowest weight, and an unseen one the highest of all.
    /// </summary>
    /// <param name="corpora">Texts by corpus; a corpus should be of one language.</param>
    public static byte[] Build(IReadOnlyList<IReadOnlyCollection<string>> corpora)
    {
        var buckets = new byte[1 << BucketBits];
        var smallest = corpora.Min(c => c.Count);
        Array.Fill(buckets, Quantise(smallest, 0));
        foreach (var corpus in corpora)
        {
            foreach (var (hash, frequency) in Count(corpus))
            {
                ref var bucket = ref buckets[hash >> (64 - BucketBits)];
                bucket = Math.Min(bucket, Quantise(corpus.Count, frequency));
            }
        }

        return buckets;
    }

    /// <summary>Weight of a feature; always above 0.</summary>
    internal float Weight(ulong hash) => _weights[hash >> (64 - BucketBits)];

    private static byte Quantise(int texts, int frequency) =>
        (byte)Math.Clamp(Math.Round(Math.Log((texts + Smoothing) / (frequency + Smoothing)) * StepsPerUnit), 1, byte.MaxValue);

    private static Dictionary<ulong, int> Count(IReadOnlyCollection<string> corpus)
    {
        var frequencies = new Dictionary<ulong, int>();
        foreach (var text in corpus)
        {
            var counts = new FeatureCounts(text.Length);
            LexicalFeatures.Collect(text, ref counts);
            for (var slot = 0; slot < counts.Capacity; slot++)
            {
                if (counts.TryGet(slot, out var hash, out _))
                {
                    frequencies[hash] = frequencies.GetValueOrDefault(hash) + 1;
                }
            }

            counts.Dispose();
        }

        return frequencies;
    }

    private static DocumentFrequencyTable ReadResource()
    {
        const string Name = "Pipeline.Inference.Lexical.document-frequencies.br";
        using var resource = typeof(DocumentFrequencyTable).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The resource {Name} is missing from the assembly; rebuild src/Inference.");
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        var buckets = new byte[1 << BucketBits];
        brotli.ReadExactly(buckets);
        return new(buckets);
    }
}
