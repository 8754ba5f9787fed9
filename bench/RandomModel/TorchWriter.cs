using System.Text;

namespace Pipeline.RandomModel;

/// <summary>Writes tensors as torch.save does: a zip file of stored entries, below 4 GiB, with the names and shapes in a pickle.</summary>
internal static class TorchWriter
{
    private const string Root = "archive";
    private const int Alignment = 64;

    /// <param name="path">The file.</param>
    /// <param name="tensors">Each gets a storage of its own.</param>
    /// <param name="tied">Name of one more tensor that shares the storage of the first.</param>
    /// <param name="random">Their elements.</param>
    public static void Write(string path, IReadOnlyList<RandomTensor> tensors, string tied, RandomHalves random)
    {
        using var file = new BinaryWriter(File.Create(path, 1 << 16));
        var entries = new List<(string Name, uint Offset, uint Length)>();
        var pickle = Pickle([.. tensors.Select((tensor, storage) => (tensor.Name, storage)), (tied, 0)], tensors);
        Entry("data.pkl", (uint)pickle.Length, stream => stream.Write(pickle));
        foreach (var (storage, tensor) in tensors.Index())
        {
            Entry($"data/{storage}", checked((uint)tensor.Bytes), stream => random.Write(stream, tensor));
        }

        Entry("version", 2, stream => stream.Write("3\n"u8));
        Directory(file, entries);

        void Entry(string name, uint length, Action<Stream> write)
        {
            var bytes = Encoding.ASCII.GetBytes($"{Root}/{name}");
            entries.Add(($"{Root}/{name}", checked((uint)file.BaseStream.Position), length));
            var padding = (int)(Alignment - ((file.BaseStream.Position + 30 + bytes.Length + 4) % Alignment));
            file.Write("PK\u0003\u0004"u8);
            file.Write(new byte[14]);
            file.Write(length);
            file.Write(length);
            file.Write((short)bytes.Length);
            file.Write((short)(padding + 4));
            file.Write(bytes);
            file.Write("FB"u8);
            file.Write((short)padding);
            file.Write(new byte[padding]);
            file.Flush();
            write(file.BaseStream);
        }
    }

    private static void Directory(BinaryWriter file, List<(string Name, uint Offset, uint Length)> entries)
    {
        var start = file.BaseStream.Position;
        foreach (var (name, offset, length) in entries)
        {
            var bytes = Encoding.ASCII.GetBytes(name);
            file.Write("PK\u0001\u0002"u8);
            file.Write(new byte[16]);
            file.Write(length);
            file.Write(length);
            file.Write((short)bytes.Length);
            file.Write(new byte[12]);
            file.Write(offset);
            file.Write(bytes);
        }

        var end = file.BaseStream.Position;
        file.Write("PK\u0005\u0006"u8);
        file.Write(0);
        file.Write((short)entries.Count);
        file.Write((short)entries.Count);
        file.Write((uint)(end - start));
        file.Write(checked((uint)start));
        file.Write((short)0);
    }

    /// <summary>An OrderedDict of tensors in pickle protocol 2.</summary>
    private static byte[] Pickle(IReadOnlyList<(string Name, int Storage)> names, IReadOnlyList<RandomTensor> tensors)
    {
        const string OrderedDict = "ccollections\nOrderedDict\n)R";
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.Latin1);
        Raw("\u0080\u0002" + OrderedDict + "(");
        foreach (var (name, storage) in names)
        {
            var shape = tensors[storage].Shape;
            Text(name);
            Raw("ctorch._utils\n_rebuild_tensor_v2\n((");
            Text("storage");
            Raw("ctorch\nHalfStorage\n");
            Text($"{storage}");
            Text("cpu");
            Number(tensors[storage].Bytes / 2);
            Raw("tQK\0(");
            Array.ForEach(shape, Number);
            Raw("t(");
            for (var i = 0; i < shape.Length; i++)
            {
                Number(shape[(i + 1)..].Aggregate(1L, (product, size) => product * size));
            }

            Raw("t\u0089" + OrderedDict + "tR");
        }

        Raw("u.");
        writer.Flush();
        return stream.ToArray();

        void Raw(string instructions) => writer.Write(Encoding.Latin1.GetBytes(instructions));

        void Number(long value)
        {
            writer.Write((byte)'J');
            writer.Write(checked((int)value));
        }

        void Text(string text)
        {
            writer.Write((byte)'X');
            writer.Write(text.Length);
            Raw(text);
        }
    }
}
