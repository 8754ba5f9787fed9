using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Pipeline.Inference.Onnx;

/// <summary>
/// Builds an ONNX graph and writes it as <c>model.onnx</c> with its weights in <c>model.onnx.data</c>. The operators are extension
/// methods in <see cref="GraphOperators"/>. The same calls give the same bytes.
/// </summary>
/// <remarks>Weights are kept as functions and written one after the other, so a model never lies in memory.</remarks>
internal sealed class GraphBuilder
{
    public const string ModelFile = "model.onnx";
    public const string DataFile = "model.onnx.data";

    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    // Opset 21 (IR version 10) is the oldest with 4-bit types.
    private const int IrVersion = 10;
    private const int OpsetVersion = 21;

    private readonly ModelProto _model;
    private readonly GraphProto _graph;
    private readonly List<GraphWeight> _weights = [];
    private readonly HashSet<string> _names;

    /// <summary>Begins an empty graph.</summary>
    public GraphBuilder(string name)
        : this(new ModelProto { IrVersion = IrVersion, ProducerName = "pipeline", Graph = new GraphProto { Name = name } })
    {
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OpsetVersion });
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = Microsoft, Version = 1 });
    }

    /// <summary>Goes on with a graph that exists; it is changed in place and keeps its versions.</summary>
    public GraphBuilder(ModelProto model)
    {
        _model = model;
        _graph = model.Graph;
        _names =
        [
            .. _graph.Input.Select(input => input.Name), .. _graph.Initializer.Select(tensor => tensor.Name),
            .. _graph.Node.SelectMany(node => node.Output),
        ];
    }

    /// <summary>Bytes of all weights.</summary>
    public long WeightBytes => _weights.Sum(weight => WeightWriter.ByteLength((DataType)weight.Tensor.DataType, weight.Tensor.Dims));

    public GraphValue Input(string name, DataType type, params ReadOnlySpan<GraphDimension> shape)
    {
        _graph.Input.Add(Describe(Claim(name), type, shape));
        return new(name);
    }

    /// <summary>Makes a value an output of the graph under a name of its own.</summary>
    public void Output(GraphValue value, string name, DataType type, params ReadOnlySpan<GraphDimension> shape)
    {
        Emit(string.Empty, "Identity", [value], [Claim(name)], []);
        _graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>A weight that goes to the data file when the graph is saved.</summary>
    /// <param name="name">Unique in the graph; the name that the tensor had in the checkpoint, by custom.</param>
    /// <param name="type">How it is stored.</param>
    /// <param name="shape">Row-major.</param>
    /// <param name="write">Writes all elements in order; called once by each save.</param>
    public GraphValue Weight(string name, DataType type, ReadOnlySpan<long> shape, Action<WeightWriter> write)
    {
        var tensor = new TensorProto { Name = Claim(name), DataType = (int)type, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        _weights.Add(new(tensor, write));
        return new(name);
    }

    /// <summary>Moves a tensor of the graph to the data file.</summary>
    /// <param name="tensor">One of the graph's initialisers.</param>
    /// <param name="write">Writes all elements in order; called once by each save.</param>
    public void Externalize(TensorProto tensor, Action<WeightWriter> write)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ClearRawData();
        _weights.Add(new(tensor, write));
    }

    /// <summary>A small tensor inside the graph file, where shape inference can see it; a vector.</summary>
    public GraphValue Constant(ReadOnlySpan<long> values) => Inline(DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <inheritdoc cref="Constant(ReadOnlySpan{long})"/>
    public GraphValue Constant(ReadOnlySpan<float> values) => Inline(DataType.Float, [values.Length], MemoryMarshal.AsBytes(values));

    public GraphValue Scalar(long value) => Inline(DataType.Int64, [], MemoryMarshal.AsBytes([value]));

    public GraphValue Scalar(float value) => Inline(DataType.Float, [], MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">The operator, with its domain when that is not ONNX itself: <c>com.microsoft.BiasGelu</c>.</param>
    /// <param name="inputs">In the operator's order; <see cref="GraphValue.None"/> leaves an optional one out.</param>
    /// <param name="attributes">int, long, float, string, or an array of long or float.</param>
    public GraphValue Node(string op, ReadOnlySpan<GraphValue> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(op, inputs, [true], attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="op">As for one output.</param>
    /// <param name="inputs">As for one output.</param>
    /// <param name="outputs">For each output, whether it is wanted; one that is not becomes <see cref="GraphValue.None"/>.</param>
    /// <param name="attributes">As for one output.</param>
    public GraphValue[] Nodes(
        string op,
        ReadOnlySpan<GraphValue> inputs,
        ReadOnlySpan<bool> outputs,
        params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var dot = op.LastIndexOf('.');
        var type = op[(dot + 1)..];
        var names = new string[outputs.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = !outputs[i] ? string.Empty : Claim(i == 0 ? $"{type}_{_graph.Node.Count}" : $"{type}_{_graph.Node.Count}.{i}");
        }

        Emit(dot < 0 ? string.Empty : op[..dot], type, inputs, names, attributes);
        return [.. names.Select(output => new GraphValue(output))];
    }

    /// <summary>Writes the files; a failure leaves what was written so far, so save into a folder that can be thrown away.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="progress">Hears the bytes of weights written since it last heard; may be null.</param>
    /// <param name="cancellationToken">Checked between pieces of weights.</param>
    public void Save(string folder, Action<long>? progress, CancellationToken cancellationToken)
    {
        using (var data = new ExternalDataFile(Path.Combine(folder, DataFile), progress, cancellationToken))
        {
            foreach (var weight in _weights)
            {
                data.Append(weight);
            }
        }

        using var file = new FileStream(Path.Combine(folder, ModelFile), FileMode.CreateNew);
        _model.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    private void Emit(
        string domain,
        string type,
        ReadOnlySpan<GraphValue> inputs,
        ReadOnlySpan<string> outputs,
        ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = type, Domain = domain, Name = $"{type}_{_graph.Node.Count}" };
        foreach (var input in inputs)
        {
            node.Input.Add(input.Name);
        }

        foreach (var output in outputs)
        {
            node.Output.Add(output);
        }

        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(GraphAttribute.Create(name, value));
        }

        _graph.Node.Add(node);
        if (_model.OpsetImport.All(set => set.Domain != domain))
        {
            _model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        }
    }

    private GraphValue Inline(DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto
        {
            Name = Claim($"constant_{_graph.Initializer.Count}"),
            DataType = (int)type,
            RawData = ByteString.CopyFrom(bytes),
        };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return new(tensor.Name);
    }

    private string Claim(string name) =>
        _names.Add(name) ? name : throw new ArgumentException($"The graph has a value '{name}' already.", nameof(name));

    private static ValueInfoProto Describe(string name, DataType type, ReadOnlySpan<GraphDimension> shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new() };
        foreach (var dimension in shape)
        {
            var described = new TensorShapeProto.Types.Dimension();
            if (dimension.Name is { } symbol)
            {
                described.DimParam = symbol;
            }
            else
            {
                described.DimValue = dimension.Size;
            }

            tensor.Shape.Dim.Add(described);
        }

        return new() { Name = name, Type = new() { TensorType = tensor } };
    }
}
