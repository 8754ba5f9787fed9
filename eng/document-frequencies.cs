#:project ../src/Inference/Inference.csproj
#:property PublishAot=false

// Rebuilds src/Inference/Lexical/document-frequencies.br, the table of feature rarities of the recipe `hashing`.
//
//   dotnet run eng/document-frequencies.cs -- OUTPUT CORPUS...
//
// Each CORPUS is a file of one language: JSONL with a field `text`, or plain text with one document a line. The shipped table was
// made from 1,000 Chinese scientific abstracts (CSL, Apache-2.0) and 500 English IT tickets (captivating-sunstone, MIT, the
// description column). It holds quantised counts of hashed n-grams and no text. A new table is a new recipe.

using System.IO.Compression;
using System.Text.Json;
using Pipeline.Inference.Lexical;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: dotnet run eng/document-frequencies.cs -- OUTPUT CORPUS...");
    return 2;
}

var corpora = args[1..].Select(path => File.ReadLines(path)
    .Where(line => !string.IsNullOrWhiteSpace(line))
    .Select(line => path.EndsWith(".jsonl", StringComparison.Ordinal)
        ? JsonDocument.Parse(line).RootElement.GetProperty("text").GetString() ?? string.Empty
        : line)
    .ToArray()).ToArray();
var buckets = DocumentFrequencyTable.Build(corpora);

using (var file = File.Create(args[0]))
using (var brotli = new BrotliStream(file, CompressionLevel.SmallestSize))
{
    brotli.Write(buckets);
}

Console.WriteLine($"{args[0]}: {corpora.Sum(c => c.Length)} texts, {new FileInfo(args[0]).Length} bytes");
return 0;
