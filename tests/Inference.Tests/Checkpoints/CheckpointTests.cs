using Pipeline.Inference.Checkpoints;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string OneTensor = """{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";

    [Fact]
    public void Safetensors_and_torch_file_of_one_model_hold_the_same_numbers()
    {
        foreach (var name in new[] { "bloom-a", "bloom-b" })
        {
            using var torchOnly = new WeightsFolder();
            File.Copy(Path.Combine(ModelFixtures.Path(name), WeightsFolder.Torch), torchOnly.File(WeightsFolder.Torch));
            using var torch = Checkpoint.Open(torchOnly.Path);
            using var safetensors = Checkpoint.Open(ModelFixtures.Path(name));

            // safetensors stores no tensor twice, so the tied head of bloom-a is in the torch file alone.
            Assert.Equal(safetensors.Tensors.Keys.Order(), torch.Tensors.Keys.Where(key => key != "lm_head.weight").Order());
            Assert.All(safetensors.Tensors.Values, expected =>
            {
                var tensor = torch.Tensors[expected.Name];
                Assert.Equal(expected.Shape.AsEnumerable(), tensor.Shape);
                Assert.Equal(TensorType.Float16, tensor.Type);
                Assert.Equal(ReadAll(safetensors, expected), ReadAll(torch, tensor));
            });
        }
    }

    [Fact]
    public void Tied_tensors_of_a_torch_file_are_both_there()
    {
        using var folder = new WeightsFolder();
        File.Copy(Path.Combine(ModelFixtures.Path("bloom-a"), WeightsFolder.Torch), folder.File(WeightsFolder.Torch));
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(
            ReadAll(checkpoint, checkpoint.Tensors["transformer.word_embeddings.weight"]),
            ReadAll(checkpoint, checkpoint.Tensors["lm_head.weight"]));
    }

    [Fact]
    public void Shards_are_one_checkpoint()
    {
        using var checkpoint = Checkpoint.Open(ModelFixtures.Path("qwen2-untied"));

        Assert.Equal(
            ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
            checkpoint.Files.Select(file => Path.GetFileName(file)));
        Assert.All(checkpoint.Files, file => Assert.True(Path.IsPathFullyQualified(file)));
        Assert.Contains("model.embed_tokens.weight", checkpoint.Tensors.Keys);
        Assert.Contains("lm_head.weight", checkpoint.Tensors.Keys);
        Assert.All(checkpoint.Tensors.Values, tensor => Assert.Equal(TensorType.BFloat16, tensor.Type));
        Assert.All(checkpoint.Tensors.Values, tensor => Assert.Contains(ReadAll(checkpoint, tensor), value => value != 0));
    }

    [Theory]
    [InlineData("bert-cls")]
    [InlineData("bert-mean")]
    [InlineData("xlmr")]
    public void Encoders_beside_the_repository_open_too(string name)
    {
        using var checkpoint = Checkpoint.Open(ModelFixtures.RequireShared(name));

        Assert.All(checkpoint.Tensors.Values, tensor => Assert.All(ReadAll(checkpoint, tensor), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Pieces_of_a_tensor_are_the_tensor()
    {
        using var checkpoint = Checkpoint.Open(ModelFixtures.Path("qwen2-tied"));
        var tensor = checkpoint.Tensors["model.embed_tokens.weight"];
        var whole = ReadAll(checkpoint, tensor);

        var piece = new float[1000];
        for (var first = 0L; first + piece.Length <= whole.Length; first += 777)
        {
            checkpoint.Read(tensor, first, piece);
            Assert.Equal(whole[(int)first..][..piece.Length], piece);
        }
    }

    [Fact]
    public void Reading_outside_a_tensor_or_a_tensor_of_another_checkpoint_is_the_callers_mistake()
    {
        using var checkpoint = Checkpoint.Open(ModelFixtures.Path("qwen2-tied"));
        using var other = Checkpoint.Open(ModelFixtures.Path("qwen2-untied"));
        var tensor = checkpoint.Tensors["model.norm.weight"];

        Assert.Throws<ArgumentException>(() => checkpoint.Read(tensor, -1, new float[1]));
        Assert.Throws<ArgumentException>(() => checkpoint.Read(tensor, 64, new float[1]));
        Assert.Throws<ArgumentException>(() => checkpoint.Read(tensor, 0, new float[65]));
        Assert.Throws<ArgumentException>(() => checkpoint.Read(other.Tensors["model.norm.weight"], 0, new float[1]));
        checkpoint.Read(tensor, 64, []);
    }

    [Fact]
    public void An_index_goes_before_a_single_file_and_safetensors_before_torch()
    {
        using var folder = new WeightsFolder().Write(WeightsFolder.Torch, "no weights").WriteSafetensors(OneTensor, 2);
        using (var checkpoint = Checkpoint.Open(folder.Path))
        {
            Assert.Equal([folder.File(WeightsFolder.Safetensors)], checkpoint.Files);
        }

        folder.WriteSafetensors(OneTensor, 2, "part.safetensors")
            .Write(WeightsFolder.Safetensors + ".index.json", """{"weight_map":{"x":"part.safetensors"}}""");
        using (var checkpoint = Checkpoint.Open(folder.Path))
        {
            Assert.Equal([folder.File("model.safetensors.index.json"), folder.File("part.safetensors")], checkpoint.Files);
        }
    }

    [Fact]
    public void Reading_takes_the_same_memory_whatever_the_size()
    {
        // A hole takes no space on the disk, and reads as zeros.
        const long Elements = 75_000_000;
        using var folder = new WeightsFolder()
            .WriteSafetensors($$$"""{"x":{"dtype":"F32","shape":[{{{Elements}}}],"data_offsets":[0,{{{4 * Elements}}}]}}""", 0);
        using (var file = File.OpenWrite(folder.File(WeightsFolder.Safetensors)))
        {
            file.SetLength(file.Length + (4 * Elements));
        }

        var row = new float[100_000];
        using var checkpoint = Checkpoint.Open(folder.Path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var first = 0L; first < Elements; first += row.Length)
        {
            checkpoint.Read(checkpoint.Tensors["x"], first, row);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_folder_without_weights_says_what_is_expected_and_what_is_there()
    {
        using var folder = new WeightsFolder().Write("tf_model.h5", "x").Write("config.json", "{}");

        var message = folder.Refusal();

        Assert.StartsWith($"{folder.Path} has no weights: neither model.safetensors nor pytorch_model.bin", message, StringComparison.Ordinal);
        Assert.Contains("It has 'tf_model.h5'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("config.json", message, StringComparison.Ordinal);
        Assert.Contains("is not a folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.File("none"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0a1b\nsize 1118459450\n", "Git LFS pointer, not the weights. Run `git lfs pull`")]
    [InlineData("<!DOCTYPE html>\n<html>", "a web page, not the weights")]
    [InlineData("", "the file is empty. Download the file again.")]
    public void What_a_failed_download_leaves_is_named(string content, string expected)
    {
        foreach (var name in new[] { WeightsFolder.Safetensors, WeightsFolder.Torch })
        {
            using var folder = new WeightsFolder().Write(name, content);

            var message = folder.Refusal();

            Assert.StartsWith($"{folder.File(name)}: ", message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        using var folder = new WeightsFolder();
        Directory.CreateDirectory(folder.File(WeightsFolder.Safetensors));

        Assert.StartsWith($"{folder.File(WeightsFolder.Safetensors)} cannot be read: ", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_named()
    {
        using var folder = new WeightsFolder().WriteSafetensors(OneTensor, 2);
        using var checkpoint = Checkpoint.Open(folder.Path);
        using (var file = new FileStream(folder.File(WeightsFolder.Safetensors), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length - 1);
        }

        var exception = Assert.Throws<CheckpointException>(() => checkpoint.Read(checkpoint.Tensors["x"], 0, new float[2]));

        Assert.Contains("Leave the file alone while it is read", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_folder_is_left_closed()
    {
        using var folder = new WeightsFolder().WriteSafetensors(OneTensor, 2)
            .Write(WeightsFolder.Safetensors + ".index.json", """{"weight_map":{"x":"model.safetensors","y":"model.safetensors"}}""");

        _ = folder.Refusal();

        using var exclusive = new FileStream(folder.File(WeightsFolder.Safetensors), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    internal static float[] ReadAll(ICheckpoint checkpoint, TensorInfo tensor)
    {
        var values = new float[tensor.ElementCount];
        checkpoint.Read(tensor, 0, values);
        return values;
    }
}
