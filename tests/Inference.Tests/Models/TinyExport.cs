using System.Runtime.InteropServices;
using Google.Protobuf;
using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Tests.Models;

/// <summary>
/// The smallest graph with the inputs and outputs of an exported encoder: a token's vector is a row of a table plus the row of its type.
/// </summary>
internal sealed record TinyExport
{
    public const int Vocabulary = 20;
    public const int Size = 16;

    public string Output { get; init; } = "last_hidden_state";

    /// <summary>What config.json has besides, as JSON members with a comma before each.</summary>
    public string MoreConfig { get; init; } = "";

    /// <summary>The graph gives the first token's vector itself.</summary>
    public bool Pooled { get; init; }

    public bool TokenTypes { get; init; } = true;

    public int Opset { get; init; } = 14;

    /// <summary>File of the table beside the graph; null keeps it in the graph.</summary>
    public string? External { get; init; }

    public string ExtraInput { get; init; } = "";

    public static float[] Table { get; } = [.. Enumerable.Range(0, Vocabulary * Size).Select(i => (float)Math.Sin(i * i))];

    /// <summary>Writes the graph into <paramref name="place"/> and what belongs to it into <paramref name="folder"/>.</summary>
    public string WriteTo(string folder, string place = "")
    {
        var graphFolder = Directory.CreateDirectory(Path.Combine(folder, place)).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{"model_type": "unheard-of", "vocab_size": {{Vocabulary}}, "max_position_embeddings": 12{{MoreConfig}}}""");
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), [.. special, .. "abcdefghijklmnop".Select(c => c.ToString())]);
        File.WriteAllBytes(Path.Combine(graphFolder, "model.onnx"), Build(graphFolder).ToByteArray());
        return folder;
    }

    private ModelProto Build(string folder)
    {
        var table = new TensorProto { Name = "table", DataType = (int)DataType.Float, Dims = { Vocabulary, Size } };
        var bytes = MemoryMarshal.AsBytes<float>(Table);
        if (External is null)
        {
            table.RawData = ByteString.CopyFrom(bytes);
        }
        else
        {
            // Behind something else, so that the offset counts.
            File.WriteAllBytes(Path.Combine(folder, External), [.. new byte[64], .. bytes]);
            table.DataLocation = TensorProto.Types.DataLocation.External;
            table.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = External });
            table.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "64" });
            table.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{bytes.Length}" });
        }

        var graph = new GraphProto { Name = "export", Initializer = { table } };
        foreach (var input in (string[])["input_ids", "attention_mask", .. TokenTypes ? ["token_type_ids"] : Array.Empty<string>(), ExtraInput])
        {
            if (input.Length > 0)
            {
                graph.Input.Add(Describe(input, DataType.Int64, "batch", "sequence"));
            }
        }

        var hidden = Pooled ? "hidden" : Output;
        graph.Node.Add(new NodeProto { OpType = "Gather", Input = { "table", "input_ids" }, Output = { TokenTypes ? "words" : hidden } });
        if (TokenTypes)
        {
            // Type 0 adds the table's last row, so that it shows when types are not 0.
            graph.Initializer.Add(new TensorProto
            {
                Name = "last", DataType = (int)DataType.Int64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([Vocabulary - 1])),
            });
            graph.Node.Add(new NodeProto { OpType = "Add", Input = { "token_type_ids", "last" }, Output = { "types" } });
            graph.Node.Add(new NodeProto { OpType = "Gather", Input = { "table", "types" }, Output = { "type_rows" } });
            graph.Node.Add(new NodeProto { OpType = "Add", Input = { "words", "type_rows" }, Output = { hidden } });
        }

        if (Pooled)
        {
            graph.Initializer.Add(new TensorProto { Name = "zero", DataType = (int)DataType.Int64, RawData = ByteString.CopyFrom(new byte[8]) });
            var axis = new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 };
            graph.Node.Add(new NodeProto { OpType = "Gather", Input = { hidden, "zero" }, Output = { Output }, Attribute = { axis } });
        }

        graph.Output.Add(Pooled ? Describe(Output, DataType.Float, "batch", $"{Size}") : Describe(Output, DataType.Float, "batch", "sequence", $"{Size}"));
        return new() { IrVersion = 7, Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } } };
    }

    private static ValueInfoProto Describe(string name, DataType type, params string[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new() };
        foreach (var size in shape)
        {
            tensor.Shape.Dim.Add(new[]
            {
                int.TryParse(size, out var number) ? new TensorShapeProto.Types.Dimension { DimValue = number } : new() { DimParam = size },
            });
        }

        return new() { Name = name, Type = new() { TensorType = tensor } };
    }
}
