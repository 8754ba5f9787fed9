using System.Runtime.InteropServices;
using Pipeline.Inference.Checkpoints;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Checkpoints;

/// <summary>The files in the folder <c>torch</c> were written by torch itself, see <c>make.py</c> there.</summary>
public sealed class TorchFileTests
{
    private const float Infinity = float.PositiveInfinity;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_type_and_view_that_torch_writes_is_read(int protocol)
    {
        using var folder = Folder($"protocol{protocol}.bin");
        using var checkpoint = Checkpoint.Open(folder.Path);
        var read = new List<string>();

        Check("double", TensorType.Float64, [3], 0.1f, 0, -2.5f);
        Check("float", TensorType.Float32, [9], float.MaxValue, -float.MaxValue, 1.17549435E-38f, Infinity, -Infinity, float.NaN, 0, -0.0f, 1 / 3f);
        Check("half", TensorType.Float16, [9], 65504, -65504, 6.10351562E-05f, Infinity, -Infinity, float.NaN, 0, -0.0f, 0.33325195f);
        Check("bfloat16", TensorType.BFloat16, [9], 3.38953139E+38f, -3.38953139E+38f, 1.17549435E-38f, Infinity, -Infinity, float.NaN, 0, -0.0f, 0.333984375f);
        Check("long", TensorType.Int64, [2], -4611686018427387904f, 3);
        Check("int", TensorType.Int32, [2], -2147483648f, 7);
        Check("short", TensorType.Int16, [2], -32768, 32767);
        Check("char", TensorType.Int8, [2], -128, 127);
        Check("byte", TensorType.UInt8, [2], 0, 255);
        Check("bool", TensorType.Bool, [2], 1, 0);
        Check("scalar", TensorType.Float32, [], 42);
        Check("empty", TensorType.Float32, [0, 3]);
        Check("grid", TensorType.Float32, [3, 4], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        Check("transposed", TensorType.Float32, [4, 3], 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
        Check("columns", TensorType.Float32, [3, 2], 1, 2, 5, 6, 9, 10);
        Check("expanded", TensorType.Float32, [2, 3], 5, 5, 5, 6, 6, 6);
        Check("permuted", TensorType.Int32, [4, 2, 3], 0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23);
        Check("second_half", TensorType.Float16, [4], 4, 5, 6, 7);
        Check("first_half", TensorType.Float16, [4], 0, 1, 2, 3);
        Check("parameter", TensorType.Float32, [2], 1.5f, -1.5f);
        Check("名字", TensorType.Float32, [1], 1);
        Assert.Equal(read, checkpoint.Tensors.Keys);

        void Check(string name, TensorType type, long[] shape, params float[] expected)
        {
            var tensor = checkpoint.Tensors[name];
            Assert.Equal((name, type), (tensor.Name, tensor.Type));
            Assert.Equal(shape, tensor.Shape);
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), CheckpointTests.ReadAll(checkpoint, tensor).Select(Canonical));
            read.Add(name);

            // Views are walked element by element, so each start and length must do.
            for (var first = 0; first < expected.Length; first++)
            {
                var rest = new float[expected.Length - first];
                checkpoint.Read(tensor, first, rest);
                Assert.Equal(expected[first..], rest);
            }
        }

        static int Canonical(float value) => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value);
    }

    [Fact]
    public void A_large_matrix_stored_transposed_is_the_same_in_one_piece_and_row_by_row()
    {
        // One piece goes through a window of the file, a row alone is gathered element by element.
        const int Size = 600;
        var stored = new Random(1);
        var values = Enumerable.Range(0, Size * Size).Select(_ => stored.NextSingle()).ToArray();
        using var folder = new WeightsFolder().Write(WeightsFolder.Torch, StoredZip.Write(
        [
            new("any/data.pkl", Pickles.StateDict(Pickles.Tensor("x", Size * Size, [Size, Size], [1, Size]))),
            new("any/data/0", MemoryMarshal.AsBytes<float>(values).ToArray()),
        ]));
        using var checkpoint = Checkpoint.Open(folder.Path);
        var tensor = checkpoint.Tensors["x"];

        var whole = CheckpointTests.ReadAll(checkpoint, tensor);

        Assert.Equal(Enumerable.Range(0, Size * Size).Select(i => values[(i % Size * Size) + (i / Size)]), whole);
        var row = new float[Size];
        for (var index = 0; index < Size; index += 100)
        {
            checkpoint.Read(tensor, index * Size, row);
            Assert.Equal(whole[(index * Size)..((index + 1) * Size)], row);
        }
    }

    [Fact]
    public void A_module_with_tied_weights_gives_each_name()
    {
        using var folder = Folder("module.bin");
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(["embedding.weight", "norm.weight", "norm.bias", "head.weight"], checkpoint.Tensors.Keys);
        Assert.Equal([0, 1, 2, 3, 4, 5], CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["head.weight"]));
        Assert.Equal([0, 1, 2, 3, 4, 5], CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["embedding.weight"]));
        Assert.Equal([1, 1], CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["norm.weight"]));
    }

    [Theory]
    [InlineData("os-system.bin", "the name 'posix.system': it is not on the list of names that tensors need, so it is refused and nothing of the file was run")]
    [InlineData("eval.bin", "the name '__builtin__.eval': it is not on the list")]
    [InlineData("whole-module.bin", "the name '__main__.Tied': it is not on the list")]
    [InlineData("quantised.bin", "the name 'torch._utils._rebuild_qtensor': it is not on the list")]
    [InlineData("training.bin", "'state_dict' is no tensor; a state_dict, which maps names to tensors, is expected. Save the model's state_dict alone")]
    [InlineData("legacy.bin", "the format of torch before 1.6, which is not read. Save it again with torch")]
    public void What_torch_writes_for_anything_but_tensors_is_refused(string name, string expected)
    {
        using var folder = Folder(name);

        var message = folder.Refusal();

        Assert.StartsWith($"{folder.File(WeightsFolder.Torch)}: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.False(File.Exists("pwned"));
    }

    [Theory]
    [InlineData(10, new long[] { 2 }, new long[] { 1 }, 9, "of shape [2], strides [1] and offset 9 reaches beyond its storage of 10 elements")]
    [InlineData(10, new long[] { 2 }, new long[] { 1 }, -1, "of shape [2], strides [1] and offset -1 reaches beyond")]
    [InlineData(10, new long[] { 2 }, new long[] { 10 }, 0, "of shape [2], strides [10] and offset 0 reaches beyond its storage of 10 elements")]
    [InlineData(10, new long[] { 3, 3 }, new long[] { 4, 1 }, 0, "of shape [3, 3], strides [4, 1] and offset 0 reaches beyond its storage of 10 elements")]
    [InlineData(10, new long[] { 3 }, new long[] { long.MaxValue }, 0, "of shape [3], strides [9223372036854775807] and offset 0 reaches beyond its storage of 10 elements")]
    [InlineData(10, new long[] { 2 }, new long[] { -1 }, 5, "has the shape [2] and the strides [-1]")]
    [InlineData(10, new long[] { -2 }, new long[] { 1 }, 0, "has the shape [-2]")]
    [InlineData(10, new long[] { 2, 2 }, new long[] { 1 }, 0, "has the shape [2, 2] and the strides [1]")]
    [InlineData(10, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, 0, "has the shape [1099511627776, 1099511627776]")]
    [InlineData(11, new long[] { 2 }, new long[] { 1 }, 0, "lies in a storage of 11 Float32, but 'any/data/0' has 40 bytes")]
    [InlineData(long.MaxValue, new long[] { 2 }, new long[] { 1 }, 0, "lies in a storage of 9223372036854775807 Float32, but 'any/data/0' has 40 bytes")]
    public void A_tensor_outside_its_storage_is_refused(long count, long[] shape, long[] strides, long offset, string expected)
    {
        using var folder = new WeightsFolder().WriteTorch(Pickles.StateDict(Pickles.Tensor("x", count, shape, strides, offset: offset)), 40);

        Assert.Contains($"tensor 'x' {expected}", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_whose_values_are_missing_is_refused()
    {
        using var folder = new WeightsFolder().WriteTorch(Pickles.StateDict(Pickles.Tensor("x", 1, [1], [1], key: "../../x")), 4);

        Assert.Contains("tensor 'x' needs the zip entry 'any/data/../../x', which is missing", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused()
    {
        var tensor = Pickles.Tensor("x", 1, [1], [1]);
        using var folder = new WeightsFolder().WriteTorch(Pickles.StateDict(tensor, tensor), 4);

        Assert.Contains("tensor 'x' is there twice", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_untyped_storage_holds_bytes()
    {
        using var folder = new WeightsFolder().WriteTorch(Pickles.StateDict(Pickles.Tensor("x", 4, [4], [1], "torch.storage\nUntypedStorage")), 4);
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(TensorType.UInt8, checkpoint.Tensors["x"].Type);
    }

    [Theory]
    [InlineData("big", "the values are not little-endian")]
    [InlineData("little", null)]
    public void The_byte_order_is_checked(string byteOrder, string? expected)
    {
        using var folder = new WeightsFolder().Write(WeightsFolder.Torch, StoredZip.Write(
        [
            new("any/data.pkl", Pickles.StateDict(Pickles.Tensor("x", 1, [1], [1]))), new("any/byteorder", Pickles.Raw(byteOrder)),
            new("any/data/0", new byte[4]),
        ]));

        if (expected is null)
        {
            Checkpoint.Open(folder.Path).Dispose();
            return;
        }

        Assert.Contains(expected, folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Path.Combine(ModelFixtures.Path("bloom-a"), WeightsFolder.Torch));
        using var folder = new WeightsFolder();
        foreach (var length in new[] { 1, 3, 4, 40, 1000, whole.Length / 2, whole.Length - 22, whole.Length - 1 })
        {
            folder.Write(WeightsFolder.Torch, whole[..length]);

            Assert.StartsWith($"{folder.File(WeightsFolder.Torch)}: ", folder.Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_with_one_byte_changed_is_refused_or_opens_and_never_does_worse()
    {
        var whole = File.ReadAllBytes(Path.Combine(Checkout.Root, "tests/Inference.Tests/Checkpoints/torch/module.bin"));
        using var folder = new WeightsFolder();
        var refused = 0;
        for (var at = 0; at < whole.Length; at += 5)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 + (at % 255));
            folder.Write(WeightsFolder.Torch, changed);
            try
            {
                using var checkpoint = Checkpoint.Open(folder.Path);
                Assert.All(checkpoint.Tensors.Values, tensor => CheckpointTests.ReadAll(checkpoint, tensor));
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, whole.Length / 20, whole.Length / 5);
    }

    private static WeightsFolder Folder(string torchFile)
    {
        var folder = new WeightsFolder();
        File.Copy(Path.Combine(Checkout.Root, "tests/Inference.Tests/Checkpoints/torch", torchFile), folder.File(WeightsFolder.Torch));
        return folder;
    }
}
