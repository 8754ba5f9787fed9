using System.Buffers.Binary;
using System.Text;
using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Tests.Checkpoints;

/// <summary>A temporary model folder whose weights a test makes byte by byte.</summary>
internal sealed class WeightsFolder : IDisposable
{
    public const string Safetensors = "model.safetensors";
    public const string Torch = "pytorch_model.bin";

    public string Path { get; } = Directory.CreateTempSubdirectory("pipeline-weights-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public WeightsFolder Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return this;
    }

    public WeightsFolder Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>A safetensors file of a header and as many bytes of values: 0, 1, 2, ...</summary>
    public WeightsFolder WriteSafetensors(string header, int valueBytes, string name = Safetensors)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return Write(name, [.. prefix, .. json, .. Enumerable.Range(0, valueBytes).Select(i => (byte)i)]);
    }

    /// <summary>A torch file with one entry of values, <c>any/data/0</c>.</summary>
    public WeightsFolder WriteTorch(byte[] pickle, int valueBytes = 0) =>
        Write(Torch, StoredZip.Write([new("any/data.pkl", pickle), new("any/data/0", new byte[valueBytes])]));

    /// <summary>The message of opening the folder, which must fail.</summary>
    public string Refusal() => Assert.Throws<CheckpointException>(() => Checkpoint.Open(Path).Dispose()).Message;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
