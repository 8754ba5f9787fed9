using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class ShardIndexTests
{
    private const string Index = WeightsFolder.Safetensors + ".index.json";
    private const string X = """{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";

    [Theory]
    [InlineData("""{"weight_map":{"y":"two.safetensors"}}""", "tensor 'y' is said to be in 'two.safetensors', which is not in the folder")]
    [InlineData("""{"weight_map":{"y":"../one.safetensors"}}""", "tensor 'y' is said to be in \"../one.safetensors\"; the plain name of a file")]
    [InlineData("""{"weight_map":{"y":"/etc/passwd"}}""", "the plain name of a file")]
    [InlineData("""{"weight_map":{"y":".."}}""", "the plain name of a file")]
    [InlineData("""{"weight_map":{"y":7}}""", "tensor 'y' is said to be in 7;")]
    [InlineData("""{"weight_map":{"x":"one.safetensors","x":"one.safetensors"}}""", "Duplicate")]
    [InlineData("""{"weight_map":[]}""", "the object \"weight_map\" is missing")]
    [InlineData("""{}""", "the object \"weight_map\" is missing")]
    [InlineData("""nonsense""", "not a JSON index")]
    public void A_bad_index_is_refused(string index, string expected)
    {
        using var folder = new WeightsFolder().WriteSafetensors(X, 2, "one.safetensors").Write(Index, index);

        var message = folder.Refusal();

        Assert.StartsWith($"{folder.File(Index)}: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_its_shard_does_not_have_is_refused_by_the_shards_name()
    {
        using var folder = new WeightsFolder().WriteSafetensors(X, 2, "one.safetensors")
            .Write(Index, """{"weight_map":{"x":"one.safetensors","y":"one.safetensors"}}""");

        var message = folder.Refusal();

        Assert.StartsWith($"{folder.File("one.safetensors")}: tensor 'y' is not in this file, where {folder.File(Index)} says it is", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_the_index_names_is_taken_from_a_shard()
    {
        using var folder = new WeightsFolder()
            .WriteSafetensors(X, 2, "one.safetensors").WriteSafetensors(X.Replace("\"x\"", "\"y\"", StringComparison.Ordinal), 2, "two.safetensors")
            .WriteSafetensors("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"z":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "three.safetensors")
            .Write(Index, """{"metadata":{"total_size":5},"weight_map":{"z":"three.safetensors","y":"two.safetensors","x":"one.safetensors"}}""");
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(["x", "y", "z"], checkpoint.Tensors.Keys.Order());
        Assert.Equal(2, checkpoint.Tensors["x"].ElementCount);
    }

    [Fact]
    public void Shards_of_a_torch_file_are_one_checkpoint()
    {
        using var folder = new WeightsFolder().Write("pytorch_model.bin.index.json", """{"weight_map":{"x":"a.bin","y":"b.bin"}}""");
        folder.WriteTorch(Pickles.StateDict(Pickles.Tensor("x", 2, [2], [1])), 8);
        File.Move(folder.File(WeightsFolder.Torch), folder.File("a.bin"));
        folder.WriteTorch(Pickles.StateDict(Pickles.Tensor("y", 2, [2], [1])), 8);
        File.Move(folder.File(WeightsFolder.Torch), folder.File("b.bin"));
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal(["x", "y"], checkpoint.Tensors.Keys);
        Assert.Equal(["pytorch_model.bin.index.json", "a.bin", "b.bin"], checkpoint.Files.Select(file => Path.GetFileName(file)));
    }
}
