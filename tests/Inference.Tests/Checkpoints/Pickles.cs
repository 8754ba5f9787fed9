using System.Text;

namespace Pipeline.Inference.Tests.Checkpoints;

/// <summary>Pickles as torch writes them, and others.</summary>
internal static class Pickles
{
    public const string OrderedDict = "ccollections\nOrderedDict\n";

    /// <summary>Instructions with one character for each byte.</summary>
    public static byte[] Raw(string instructions) => Encoding.Latin1.GetBytes(instructions);

    /// <summary>A state_dict of tensors that are written by <see cref="Tensor"/>.</summary>
    public static byte[] StateDict(params string[] namesAndTensors) =>
        Raw("\u0080\u0002" + OrderedDict + ")R(" + string.Concat(namesAndTensors) + "u.");

    /// <summary>A name and a tensor for <see cref="StateDict"/>, in the entry <c>data/KEY</c>.</summary>
    public static string Tensor(
        string name, long count, long[] shape, long[] strides, string storage = "torch\nFloatStorage", long offset = 0, string key = "0") =>
        Text(name) + "ctorch._utils\n_rebuild_tensor_v2\n(("
        + Text("storage") + $"c{storage}\n" + Text(key) + Text("cpu") + Number(count) + "tQ"
        + Number(offset) + Tuple(shape) + Tuple(strides) + "\u0089" + OrderedDict + ")RtR";

    public static string Text(string text) => Latin1("X", BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), Encoding.UTF8.GetBytes(text));

    public static string Number(long value) => Latin1("\u008a\u0008", BitConverter.GetBytes(value));

    private static string Tuple(long[] values) => $"({string.Concat(values.Select(Number))}t";

    private static string Latin1(string start, params byte[][] bytes) => start + string.Concat(bytes.Select(Encoding.Latin1.GetString));
}
