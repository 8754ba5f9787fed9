using Pipeline.Inference.Checkpoints;

namespace Pipeline.Inference.Tests.Checkpoints;

public sealed class RestrictedPickleTests
{
    [Theory]
    [InlineData("cos\nsystem\n(X\u0004\0\0\0echotR.", "byte 2: the name 'os.system'")]
    [InlineData("cbuiltins\neval\n(X\u0001\0\0\01tR.", "byte 2: the name 'builtins.eval'")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "byte 14: the name 'os.system'")]
    [InlineData("ctorch\nload\n.", "the name 'torch.load'")]
    [InlineData("ctorch\nQInt8Storage\n.", "the name 'torch.QInt8Storage'")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\u0007\n.", "the name 'torch._utils._rebuild_tensor_v2\\u0007'")]
    [InlineData("(S'id'\nios\nsystem\n.", "byte 3: the instruction 0x53, which no file of tensors needs")]
    [InlineData("(ios\nsystem\n.", "byte 3: the instruction 0x69,")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "the instruction 0x81,")]
    [InlineData("\u0082\u0001.", "the instruction 0x82,")]
    [InlineData("P1\n.", "the instruction 0x50,")]
    [InlineData("N2.", "the instruction 0x32,")]
    public void What_could_run_code_is_refused_by_its_name(string instructions, string expected) => Refused(instructions, expected);

    [Theory]
    [InlineData("ccollections\nOrderedDict\n(X\u0001\0\0\0atR.", "a call of collections.OrderedDict with arguments that torch does not write")]
    [InlineData("ctorch\nFloatStorage\n)R.", "a call of torch.FloatStorage with arguments")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "a call of torch._utils._rebuild_tensor_v2 with arguments")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n(NN}tR.", "a call of torch._utils._rebuild_parameter with arguments")]
    [InlineData("})R.", "the instruction Reduce on objects that torch does not give it")]
    [InlineData("ctorch\nFloatStorage\n}b.", "the instruction Build on objects")]
    [InlineData("}Nb.", "the instruction Build on objects")]
    [InlineData("X\u0001\0\0\00Q.", "the instruction BinPersistentId on objects")]
    [InlineData("(X\u0006\0\0\0modulectorch\nFloatStorage\nX\u0001\0\0\00X\u0001\0\0\00K\u0001tQ.", "the instruction BinPersistentId on objects")]
    [InlineData("]NNs.", "the instruction SetItem on objects")]
    [InlineData("}(Nu.", "the instruction SetItems on objects")]
    [InlineData("}Na.", "the instruction Append on objects")]
    [InlineData("NN\u0093.", "the instruction StackGlobal on objects")]
    [InlineData("N(\u0085.", "the instruction Tuple1 on objects")]
    [InlineData("t.", "the instruction Tuple on objects")]
    [InlineData("u.", "the instruction SetItems on objects")]
    [InlineData(".", "the instruction Stop on objects")]
    [InlineData("q\0.", "the instruction BinPut on objects")]
    [InlineData("h\u0005.", "a reference to object 5, which is not there")]
    [InlineData("j\u00ff\u00ff\u00ff\u00ff.", "a reference to object 4294967295, which is not there")]
    public void Instructions_that_do_not_fit_are_refused(string instructions, string expected) => Refused(instructions, expected);

    [Theory]
    [InlineData("", "the end of the file inside an instruction")]
    [InlineData("N", "the end of the file inside an instruction")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc", "byte 2: the end of the file inside an instruction")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc", "the end of the file inside an instruction")]
    [InlineData("ccollections\nOrdered", "the end of the file inside an instruction")]
    [InlineData("X\u0002\0\0\0\u00c3\u0028.", "a text that is not UTF-8")]
    [InlineData("\u008a\u0009\0\0\0\0\0\0\0\0\u0001.", "a whole number of 9 bytes; at most 8 expected")]
    public void Damage_is_named_with_its_place(string instructions, string expected) => Refused(instructions, expected);

    [Fact]
    public void A_newer_protocol_is_refused() =>
        Assert.Contains("pickle protocol 6; at most 5 expected", Refusal(Pickles.Raw("\u0080\u0006N.")), StringComparison.Ordinal);

    [Fact]
    public void Values_are_read_as_Python_writes_them()
    {
        var read = Assert.IsType<object?[]>(RestrictedPickle.Read(Pickles.Raw(
            "\u0080\u0005\u0095\0\0\0\0\0\0\0\0(N\u0088\u0089J\u00fe\u00ff\u00ff\u00ffK\u00ffM\u00ff\u00ff\u008a\u0002\u0000\u0080\u008a\0"
            + "G\u003f\u00e0\0\0\0\0\0\0\u008c\u0003\u00e5\u00ad\u0097\u0094h\0)](NNe\u0086t.")));

        Assert.Equal([null, true, false, -2L, 255L, 65535L, -32768L, 0L, 0.5, "字", "字"], read[..^1]);
        Assert.Equal([Array.Empty<object?>(), new List<object?> { null, null }], Assert.IsType<object?[]>(read[^1]));
    }

    [Fact]
    public void A_dictionary_that_holds_itself_is_read_and_not_followed()
    {
        var dictionary = Assert.IsType<PickleDictionary>(RestrictedPickle.Read(Pickles.Raw("}q\0X\u0001\0\0\0xh\0s.")));

        Assert.Same(dictionary, dictionary.Items[0].Value);
    }

    [Fact]
    public void Nesting_without_end_takes_no_stack_and_references_are_not_multiplied()
    {
        var nested = RestrictedPickle.Read(Pickles.Raw(string.Concat(Enumerable.Repeat(")", 1)) + new string('\u0085', 1_000_000) + "."));
        var doubled = RestrictedPickle.Read(Pickles.Raw("]\u0094" + string.Concat(Enumerable.Range(0, 200).Select(i => $"h{(char)i}h{(char)i}\u0086\u0094")) + "."));

        Assert.IsType<object?[]>(nested);
        Assert.Equal(2, Assert.IsType<object?[]>(doubled).Length);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("}\u0094")]
    public void A_pickle_without_end_is_stopped(string instructions)
    {
        var bomb = Pickles.Raw(string.Concat(Enumerable.Repeat(instructions, RestrictedPickle.MostInstructions)));

        Assert.Equal("more than 2000000 instructions", Refusal(bomb));
    }

    [Fact]
    public void A_pickle_of_more_bytes_than_a_model_needs_is_refused_unread()
    {
        using var folder = new WeightsFolder().WriteTorch(new byte[(16 << 20) + 1]);

        Assert.Contains("'any/data.pkl' has 16777217 bytes; at most 16777216 expected", folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_refusal_names_file_entry_and_remedy()
    {
        using var folder = new WeightsFolder().WriteTorch(Pickles.Raw("\u0080\u0002cos\nsystem\n."));

        Assert.Equal(
            $"{folder.File(WeightsFolder.Torch)}: 'any/data.pkl', byte 2: the name 'os.system': it is not on the list of names that tensors need, "
            + "so it is refused and nothing of the file was run. Use a file that holds tensors only, or model.safetensors.",
            folder.Refusal());
    }

    private static void Refused(string instructions, string expected) =>
        Assert.Contains(expected, Refusal(Pickles.Raw("\u0080\u0002" + instructions)), StringComparison.Ordinal);

    private static string Refusal(byte[] pickle) => Assert.Throws<InvalidDataException>(() => RestrictedPickle.Read(pickle)).Message;
}
