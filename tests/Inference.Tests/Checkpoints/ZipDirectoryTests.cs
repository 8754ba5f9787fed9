using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class ZipDirectoryTests
{
    private static readonly StoredZip.Entry _pickle = new("any/data.pkl", Pickles.StateDict(Pickles.Tensor("x", 2, [2], [1])));
    private static readonly StoredZip.Entry _values = new("any/data/0", [0, 0, 128, 63, 0, 0, 0, 64]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stored_entries_are_read_with_and_without_zip64_fields(bool zip64)
    {
        using var folder = Folder(_pickle with { Zip64 = zip64 }, _values with { Zip64 = zip64 });
        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal([1, 2], CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["x"]));
    }

    [Fact]
    public void Values_beyond_4_GiB_are_found()
    {
        // The values lie behind a hole, which takes no space on the disk; the directory is that of the short file, moved.
        const long Hole = 5L << 30;
        var head = StoredZip.Write([_pickle]);
        var headBytes = head.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        using var folder = new WeightsFolder();
        using (var file = new BinaryWriter(File.Create(folder.File(WeightsFolder.Torch))))
        {
            file.Write(head.AsSpan(0, headBytes));
            file.BaseStream.Position = Hole;
            file.Write("PK\u0003\u0004"u8);
            file.Write(new byte[22]);
            file.Write((short)_values.Name.Length);
            file.Write((short)0);
            file.Write(_values.Name.ToCharArray());
            file.Write(_values.Content);
            var directory = file.BaseStream.Position;
            file.Write(head.AsSpan(headBytes, head.Length - headBytes - 22));
            WriteRecord(file);
            var end64 = file.BaseStream.Position;
            file.Write("PK\u0006\u0006"u8);
            file.Write(44L);
            file.Write(new byte[12]);
            file.Write(2L);
            file.Write(2L);
            file.Write(end64 - directory);
            file.Write(directory);
            file.Write("PK\u0006\u0007"u8);
            file.Write(0);
            file.Write(end64);
            file.Write(1);
            file.Write("PK\u0005\u0006"u8);
            file.Write([.. Enumerable.Repeat((byte)0xff, 16), 0, 0]);
        }

        using var checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal([1, 2], CheckpointTests.ReadAll(checkpoint, checkpoint.Tensors["x"]));

        static void WriteRecord(BinaryWriter file)
        {
            file.Write("PK\u0001\u0002"u8);
            file.Write(new byte[16]);
            file.Write(_values.Content.Length);
            file.Write(_values.Content.Length);
            file.Write((short)_values.Name.Length);
            file.Write((short)12);
            file.Write(new byte[10]);
            file.Write(uint.MaxValue);
            file.Write(_values.Name.ToCharArray());
            file.Write((short)1);
            file.Write((short)8);
            file.Write(Hole);
        }
    }

    [Theory]
    [InlineData("../any/data/1")]
    [InlineData("/etc/passwd")]
    [InlineData("any/../../x")]
    [InlineData("any\\data")]
    [InlineData("C:/x")]
    public void A_path_that_leads_out_is_refused(string name)
    {
        using var folder = Folder(_pickle, _values, new(name, [1]));

        Assert.Contains($"the zip entry '{name}' has a path that could lead out of the archive", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_and_encrypted_entries_are_refused()
    {
        using var compressed = Folder(_pickle, _values with { Method = 8 });
        using var encrypted = Folder(_pickle, _values with { Flags = 1 });

        Assert.Contains("the zip entry 'any/data/0' is compressed (method 8); torch.save writes plain stored entries", compressed.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip entry 'any/data/0' is encrypted", encrypted.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_not_where_the_directory_says_is_refused()
    {
        using var twice = Folder(_pickle, _values, _values);
        using var elsewhere = Folder(_pickle, _values with { Offset = 1 });
        using var outside = Folder(_pickle, _values with { Offset = 1 << 30 });
        using var renamed = Folder(_pickle, _values with { LocalName = "any/data/1" });
        using var longer = Folder(_pickle, _values with { Length = 9 });
        using var overlapping = Folder(_pickle, _values, _values with { Name = "any/data/2", LocalName = "any/data/0", Offset = 0 });

        Assert.Contains("the zip entry 'any/data/0' is there twice", twice.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip entry 'any/data/0' of 8 bytes is not at byte 1, where", elsewhere.Refusal(), StringComparison.Ordinal);
        Assert.Contains("is not at byte 1073741824, where", outside.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip entry 'any/data/0' of 8 bytes is not at byte", renamed.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip entry 'any/data/0' has 9 bytes but stores 8", longer.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip entry 'any/data/2' of 8 bytes is not at byte 0", overlapping.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_overlap_are_refused()
    {
        // An entry inside the values of another, which is how a small zip file becomes a large one.
        var inner = StoredZip.Write([new("any/data/0", new byte[8])]);
        var outer = new StoredZip.Entry("any/data/1", inner);
        var offset = (uint)StoredZip.Write([_pickle, outer]).AsSpan().IndexOf(inner);
        using var folder = Folder(_pickle, outer, new("any/data/0", new byte[8]) { Offset = offset });

        Assert.Contains("the zip entry 'any/data/0' overlaps another", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_directory_is_refused()
    {
        using var count = Folder(StoredZip.Write([_pickle, _values], count: 3));
        using var place = Folder(StoredZip.Write([_pickle, _values], directoryOffset: 1 << 20));
        using var start = Folder(StoredZip.Write([_pickle, _values], directoryOffset: 0));

        Assert.Contains("the zip directory has 2 entries where 3 are expected", count.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip directory should be at bytes 1048576 to", place.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the zip directory is damaged after 0 entries", start.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_may_have_any_name_but_must_be_one()
    {
        using var none = Folder(_values);
        using var two = Folder(_pickle, _pickle with { Name = "other/data.pkl" }, _values);

        Assert.Contains("0 entries called data.pkl in the zip file; one expected", none.Refusal(), StringComparison.Ordinal);
        Assert.Contains("2 entries called data.pkl in the zip file; one expected", two.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_zip_file_is_refused()
    {
        using var text = Folder("weights"u8.ToArray());
        using var start = Folder("PK\u0003\u0004 and no more"u8.ToArray());

        Assert.Contains("neither a zip file nor anything else that torch.save writes", text.Refusal(), StringComparison.Ordinal);
        Assert.Contains("a zip file without its directory at the end: it is truncated", start.Refusal(), StringComparison.Ordinal);
    }

    private static WeightsFolder Folder(params StoredZip.Entry[] entries) => Folder(StoredZip.Write(entries));

    private static WeightsFolder Folder(byte[] zip) => new WeightsFolder().Write(WeightsFolder.Torch, zip);
}
