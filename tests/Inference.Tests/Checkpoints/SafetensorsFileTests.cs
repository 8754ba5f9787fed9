using System.Buffers.Binary;
using Pipeline.Inference.Checkpoints;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Every_type_is_read()
    {
        using var folder = new WeightsFolder().WriteSafetensors(
            """
            {"__metadata__":{"format":"pt"},
             "f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
             "i64":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},
             "f32":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},
             "i32":{"dtype":"I32","shape":[1],"data_offsets":[20,24]},
             "f16":{"dtype":"F16","shape":[1],"data_offsets":[24,26]},
             "bf16":{"dtype":"BF16","shape":[1,1],"data_offsets":[26,28]},
             "i16":{"dtype":"I16","shape":[1],"data_offsets":[28,30]},
             "i8":{"dtype":"I8","shape":[1],"data_offsets":[30,31]},
             "u8":{"dtype":"U8","shape":[],"data_offsets":[31,32]},
             "none":{"dtype":"F32","shape":[0,7],"data_offsets":[32,32]},
             "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[32,34]}}
            """, 34);
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(["f64", "i64", "f32", "i32", "f16", "bf16", "i16", "i8", "u8", "none", "bool"], checkpoint.Tensors.Keys);
        Assert.Equal([1, 1], checkpoint.Tensors["bf16"].Shape);
        Assert.Equal(0, checkpoint.Tensors["none"].ElementCount);
        Assert.Equal(1, checkpoint.Tensors["u8"].ElementCount);
        Check("f64", (float)BitConverter.UInt64BitsToDouble(0x0706050403020100));
        Check("i64", 0x0f0e0d0c0b0a0908);
        Check("f32", BitConverter.UInt32BitsToSingle(0x13121110));
        Check("i32", 0x17161514);
        Check("f16", (float)BitConverter.UInt16BitsToHalf(0x1918));
        Check("bf16", BitConverter.UInt32BitsToSingle(0x1b1a0000));
        Check("i16", 0x1d1c);
        Check("i8", 0x1e);
        Check("u8", 0x1f);
        Check("bool", 0x20, 0x21);
        Check("none");

        void Check(string name, params float[] expected) =>
            Assert.Equal(expected, CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors[name]));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "tensor 'x' has the dtype \"F8_E4M3\"; F64, F32,", "not quantised")]
    [InlineData("""{"x":{"dtype":3,"shape":[4],"data_offsets":[0,4]}}""", "tensor 'x' has the dtype 3;", "expected")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4]}}""", "tensor 'x' has no dtype, shape and data_offsets", "Download")]
    [InlineData("""{"x":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "tensor 'x' has the shape [-4]", "whole numbers from 0 expected")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4.5],"data_offsets":[0,4]}}""", "tensor 'x' has the shape [4.5]", "whole numbers from 0 expected")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", "data_offsets [0,4,4]", "expected")]
    [InlineData("""{"x":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "tensor 'x' should lie at bytes 0 to 5 of the values, but the file has 4", "truncated")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "tensor 'x' should lie at bytes 4 to 0", "damaged")]
    [InlineData("""{"x":{"dtype":"F16","shape":[4],"data_offsets":[0,4]}}""", "tensor 'x' of type Float16 and shape [4] takes 8 bytes, but data_offsets give it 4", "Download")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "tensor 'x' has the shape [4294967296, 4294967296], more than can be counted", "Download")]
    [InlineData("""{"x":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", "more than can be counted", "Download")]
    [InlineData("""{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor 'y' starts at byte 2 of the values, where 3 is expected", "overlap")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "tensor 'y' starts at byte 3 of the values, where 2 is expected", "hole")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "2 bytes follow the last tensor", "Download")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "Duplicate", "'x'")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""", "the header is no valid JSON", "Download")]
    [InlineData("[1]", "the header is no JSON object", "Download")]
    public void A_bad_header_is_refused_by_file_and_tensor(string header, string expected, string alsoExpected)
    {
        using var folder = new WeightsFolder().WriteSafetensors(header, 4);

        var message = folder.Refusal();

        Assert.StartsWith($"{folder.File(WeightsFolder.Safetensors)}: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(alsoExpected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, "a file of 5 bytes is too short")]
    [InlineData(100, 58, "the header should have 100 bytes, but only 50 follow: the file is truncated")]
    [InlineData(100_000_001, 58, "the header has 100000001 bytes; at most 100000000 expected. This is not a safetensors file")]
    [InlineData(-1, 58, "the header has 18446744073709551615 bytes; at most")]
    public void A_header_length_that_cannot_be_is_refused(long headerLength, int fileLength, string expected)
    {
        var file = new byte[Math.Max(fileLength, 8)];
        BinaryPrimitives.WriteInt64LittleEndian(file, headerLength);
        using var folder = new WeightsFolder().Write(WeightsFolder.Safetensors, file[..fileLength]);

        Assert.Contains(expected, folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Path.Combine(ModelFixtures.Path("qwen2-tied"), WeightsFolder.Safetensors));
        using var folder = new WeightsFolder();
        foreach (var length in new[] { 1, 7, 8, 9, 500, whole.Length / 2, whole.Length - 1 })
        {
            folder.Write(WeightsFolder.Safetensors, whole[..length]);

            Assert.StartsWith($"{folder.File(WeightsFolder.Safetensors)}: ", folder.Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_with_control_characters_or_without_end_is_shown_harmlessly()
    {
        using var folder = new WeightsFolder()
            .WriteSafetensors($$$"""{"\u001b[2J{{{new string('n', 5000)}}}":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}}""", 4);

        var message = folder.Refusal();

        Assert.Contains("tensor '\\u001b[2Jnnn", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 300, 600);
    }

    [Fact]
    public void A_double_beyond_the_range_of_float_is_refused_when_it_is_read()
    {
        using var folder = new WeightsFolder().WriteSafetensors("""{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 0);
        using (var file = File.OpenWrite(folder.File(WeightsFolder.Safetensors)))
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(BitConverter.GetBytes(1e300));
        }

        using var checkpoint = Checkpoint.Open(folder.Path);
        var exception = Assert.Throws<CheckpointException>(() => CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["x"]));

        Assert.Contains("tensor 'x' holds a Float64 beyond the range of float32", exception.Message, StringComparison.Ordinal);
    }
}
