namespace Pipeline.Inference.Checkpoints;

/// <summary>
/// Reads the pickle of a torch file and runs nothing: only the instructions of <see cref="PickleOpcode"/>, only the names of
/// <see cref="TorchGlobal"/>, and of those it knows itself what a call gives. Nothing is expanded or followed, so memory grows with the
/// number of instructions, which is limited. Format: CPython's Lib/pickletools.py.
/// </summary>
internal sealed class RestrictedPickle
{
    /// <summary>A tensor takes about 40, so this is enough for 50,000 of them.</summary>
    public const int MostInstructions = 2_000_000;

    private const int NewestProtocol = 5;

    private readonly PickleCursor _cursor;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private PickleOpcode _opcode;

    private RestrictedPickle(ReadOnlyMemory<byte> pickle) => _cursor = new(pickle);

    /// <summary>
    /// The pickled object: null, bool, long, double, string, an array (tuple), a <see cref="List{T}"/>, a <see cref="PickleDictionary"/>,
    /// a <see cref="TorchGlobal"/>, a <see cref="TorchStorage"/> or a <see cref="TorchTensor"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged, or does what no file of tensors needs; the message says where and what.</exception>
    public static object? Read(ReadOnlyMemory<byte> pickle)
    {
        var machine = new RestrictedPickle(pickle);
        var at = 0;
        try
        {
            for (var instructions = 1; instructions <= MostInstructions; instructions++)
            {
                at = machine._cursor.Position;
                machine._opcode = (PickleOpcode)machine._cursor.Byte();
                if (machine._opcode == PickleOpcode.Stop)
                {
                    return machine.Pop();
                }

                machine.Execute();
            }
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"byte {at}: {exception.Message}", exception);
        }

        throw new InvalidDataException($"more than {MostInstructions} instructions");
    }

    private void Execute()
    {
        switch (_opcode)
        {
            case PickleOpcode.Protocol: RequireProtocol(_cursor.Byte()); break;
            case PickleOpcode.Frame: _ = _cursor.Int64(); break;
            case PickleOpcode.Mark: _marks.Push(_stack.Count); break;
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)_cursor.Int32()); break;
            case PickleOpcode.BinInt1: Push((long)_cursor.Byte()); break;
            case PickleOpcode.BinInt2: Push((long)_cursor.UInt16()); break;
            case PickleOpcode.Long1: Push(_cursor.Long()); break;
            case PickleOpcode.BinFloat: Push(_cursor.Double()); break;
            case PickleOpcode.ShortBinUnicode: Push(_cursor.Text(_cursor.Byte())); break;
            case PickleOpcode.BinUnicode: Push(_cursor.Text(_cursor.UInt32())); break;
            case PickleOpcode.BinUnicode8: Push(_cursor.Text(_cursor.Int64())); break;
            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOpcode.Tuple1: Push(PopMany(1)); break;
            case PickleOpcode.Tuple2: Push(PopMany(2)); break;
            case PickleOpcode.Tuple3: Push(PopMany(3)); break;
            case PickleOpcode.Tuple: Push(PopToMark()); break;
            case PickleOpcode.EmptyList: Push(new List<object?>()); break;
            case PickleOpcode.Append: Append(PopMany(1)); break;
            case PickleOpcode.Appends: Append(PopToMark()); break;
            case PickleOpcode.EmptyDict: Push(new PickleDictionary()); break;
            case PickleOpcode.SetItem: SetItems(PopMany(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case PickleOpcode.BinPut: Memoize(_cursor.Byte()); break;
            case PickleOpcode.LongBinPut: Memoize(_cursor.UInt32()); break;
            case PickleOpcode.Memoize: Memoize(_memo.Count); break;
            case PickleOpcode.BinGet: Recall(_cursor.Byte()); break;
            case PickleOpcode.LongBinGet: Recall(_cursor.UInt32()); break;
            case PickleOpcode.Global: Push(Global(_cursor.Line(), _cursor.Line())); break;
            case PickleOpcode.StackGlobal: Push(PopMany(2) is [string module, string name] ? Global(module, name) : throw Misused()); break;
            case PickleOpcode.BinPersistentId: Push(Storage(Pop())); break;
            case PickleOpcode.Reduce: Push(PopMany(2) is [TorchGlobal callee, object?[] arguments] ? Call(callee, arguments) : throw Misused()); break;
            case PickleOpcode.Build: DropState(Pop()); break;
            default: throw new InvalidDataException($"the instruction 0x{(byte)_opcode:x2}, which no file of tensors needs, so it is refused");
        }
    }

    private static void RequireProtocol(int version)
    {
        if (version > NewestProtocol)
        {
            throw new InvalidDataException($"pickle protocol {version}; at most {NewestProtocol} expected");
        }
    }

    private static TorchGlobal Global(string module, string name) => TorchGlobal.Find($"{module}.{name}") ?? throw new InvalidDataException(
        $"the name {Shown.Name($"{module}.{name}")}: it is not on the list of names that tensors need, so it is refused and nothing of the "
        + "file was run");

    private TorchStorage Storage(object? id) =>
        id is object?[] and ["storage", TorchGlobal { Storage: { } type }, string key, string, long count] && count >= 0
            ? new(type, key, count)
            : throw Misused();

    private object Call(TorchGlobal callee, object?[] arguments)
    {
        if (callee == TorchGlobal.OrderedDict && arguments is [])
        {
            return new PickleDictionary();
        }

        if (callee == TorchGlobal.RebuildParameter && arguments is [TorchTensor parameter, bool, PickleDictionary])
        {
            return parameter;
        }

        return callee == TorchGlobal.RebuildTensor
            && arguments is [TorchStorage storage, long offset, object?[] shape, object?[] strides, bool, PickleDictionary, ..]
            ? new TorchTensor(storage, offset, Numbers(shape), Numbers(strides))
            : throw new InvalidDataException($"a call of {callee.Name} with arguments that torch does not write, so it is refused");
    }

    private long[] Numbers(object?[] values) => Array.ConvertAll(values, value => value as long? ?? throw Misused());

    /// <summary>State adds attributes to an object, such as the versions of a state_dict's modules; a dict of tensors needs none.</summary>
    private void DropState(object? state)
    {
        if (state is not PickleDictionary || Top() is not PickleDictionary)
        {
            throw Misused();
        }
    }

    private void Append(object?[] values) => (Top() as List<object?> ?? throw Misused()).AddRange(values);

    private void SetItems(object?[] values)
    {
        if (Top() is not PickleDictionary dictionary || values.Length % 2 != 0)
        {
            throw Misused();
        }

        for (var i = 0; i < values.Length; i += 2)
        {
            dictionary.Add(values[i], values[i + 1]);
        }
    }

    private void Memoize(long index) => _memo[index] = Top();

    private void Recall(long index) =>
        Push(_memo.TryGetValue(index, out var value) ? value : throw new InvalidDataException($"a reference to object {index}, which is not there"));

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => PopMany(1)[0];

    private object? Top() => _stack.Count > Floor ? _stack[^1] : throw Misused();

    /// <summary>Objects below the last mark are out of reach until it is taken away.</summary>
    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private object?[] PopMany(int count) => _stack.Count - count >= Floor ? PopFrom(_stack.Count - count) : throw Misused();

    private object?[] PopToMark() => _marks.TryPop(out var mark) ? PopFrom(mark) : throw Misused();

    private object?[] PopFrom(int start)
    {
        object?[] values = [.. _stack[start..]];
        _stack.RemoveRange(start, values.Length);
        return values;
    }

    private InvalidDataException Misused() => new($"the instruction {_opcode} on objects that torch does not give it, so it is refused");
}
