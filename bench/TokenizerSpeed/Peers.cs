using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;

namespace Pipeline.TokenizerSpeed;

/// <summary>Tokenizers of Microsoft.ML.Tokenizers, as near to a tokenizer.json as its options come.</summary>
internal static class Peers
{
    public static Func<string, IReadOnlyList<int>> WordPiece(JsonElement file)
    {
        var tokens = file.GetProperty("model").GetProperty("vocab").EnumerateObject()
            .OrderBy(entry => entry.Value.GetInt32()).Select(entry => entry.Name);
        var lowercase = file.GetProperty("normalizer").GetProperty("lowercase").GetBoolean();
        var tokenizer = BertTokenizer.Create(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', tokens))),
            new BertOptions { LowerCaseBeforeTokenization = lowercase, RemoveNonSpacingMarks = lowercase });
        return text => tokenizer.EncodeToIds(text, addSpecialTokens: false);
    }

    public static Func<string, IReadOnlyList<int>> ByteLevelBpe(JsonElement file)
    {
        var model = file.GetProperty("model");
        var vocabulary = model.GetProperty("vocab").EnumerateObject()
            .Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32()));
        var special = Special(file);
        var split = file.GetProperty("pre_tokenizer").GetProperty("pretokenizers")[0];
        var pattern = split.GetProperty("pattern").GetProperty("Regex").GetString() ?? "";
        if (pattern.Contains("[.,!?", StringComparison.Ordinal))
        {
            // BLOOM's: a set in a set means something else in .NET, and what lies between two matches must be a match as well.
            const string Separators = @"(\s|.,!?…。，、।۔،)";
            pattern = $" ?[^{Separators}]+|[{Separators}]+?(?= ?[^{Separators}]|\\z)";
        }

        var tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = model.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString() ?? ""),
            PreTokenizer = new RegexPreTokenizer(new Regex(pattern, RegexOptions.Compiled), special),
            SpecialTokens = special,
            ByteLevel = true,
        });
        return text => tokenizer.EncodeToIds(text);
    }

    /// <summary>The list of tokens as the model file of SentencePiece that the library reads.</summary>
    public static Func<string, IReadOnlyList<int>> Unigram(JsonElement file)
    {
        var special = Special(file);
        using var memory = new MemoryStream();
        using var output = new CodedOutputStream(memory, leaveOpen: true);
        foreach (var entry in file.GetProperty("model").GetProperty("vocab").EnumerateArray())
        {
            var token = entry[0].GetString() ?? "";
            // 1 normal, 2 unknown, 3 control.
            var type = token == "<unk>" ? 2 : special.ContainsKey(token) ? 3 : 1;
            Message(output, 1, piece => piece.Text(1, token).Real(2, entry[1].GetSingle()).Integer(3, type));
        }

        Message(output, 2, trainer => trainer.Integer(3, 1)
            .Integer(40, special["<unk>"]).Integer(41, special["<s>"]).Integer(42, special["</s>"]).Integer(43, special["<pad>"]));
        var map = file.GetProperty("normalizer").GetProperty("precompiled_charsmap").GetBytesFromBase64();
        Message(output, 3, normalizer => normalizer.Text(1, "nmt_nfkc").Bytes(2, map).Integer(3, 1).Integer(4, 1).Integer(5, 1));
        output.Flush();
        memory.Position = 0;
        var tokenizer = SentencePieceTokenizer.Create(memory, addBeginningOfSentence: false, addEndOfSentence: false, specialTokens: special);
        return text => tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    private static Dictionary<string, int> Special(JsonElement file) => file.GetProperty("added_tokens").EnumerateArray()
        .ToDictionary(token => token.GetProperty("content").GetString() ?? "", token => token.GetProperty("id").GetInt32());

    private static void Message(CodedOutputStream output, int field, Action<ProtobufMessage> write)
    {
        using var message = new ProtobufMessage();
        write(message);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(message.ToByteString());
    }
}
