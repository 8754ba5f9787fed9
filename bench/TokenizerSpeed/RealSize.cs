using System.Text.Json.Nodes;

namespace Pipeline.TokenizerSpeed;

/// <summary>
/// Grows the vocabulary of a small tokenizer to a real model's, because a table that fits into the processor's caches flatters: new tokens
/// are pairs of old ones, drawn at random.
/// </summary>
internal static class RealSize
{
    public static void Grow(ModelFolder folder, int size)
    {
        var file = JsonNode.Parse(File.ReadAllText(folder.TokenizerFile)) ?? throw new InvalidDataException(folder.TokenizerFile);
        var model = file["model"] ?? throw new InvalidDataException("model");
        var added = file["added_tokens"]?.AsArray() ?? [];
#pragma warning disable CA5394 // Repeatable, not secret.
        var random = new Random(1);
        if (model["vocab"] is JsonArray scored)
        {
            List<string> tokens = [.. scored.Select(entry => entry?[0]?.GetValue<string>() ?? "")];
            var known = tokens.ToHashSet();
            while (tokens.Count < size)
            {
                // Not those with a visible space inside, which nothing could match.
                var token = tokens[random.Next(5, tokens.Count)] + tokens[random.Next(5, 4000)].TrimStart('▁');
                if (token.Length < 12 && known.Add(token))
                {
                    tokens.Add(token);
                    scored.Add(new JsonArray(token, -13 - random.NextDouble() * 5));
                }
            }
        }
        else
        {
            var vocabulary = model["vocab"]?.AsObject() ?? [];
            var merges = model["merges"]?.AsArray() ?? [];
            List<string> tokens = [.. vocabulary.Select(entry => entry.Key)];
            // The added tokens behind the vocabulary move up.
            var moved = added.Count(token => !vocabulary.ContainsKey(token?["content"]?.GetValue<string>() ?? ""));
            var next = vocabulary.Count;
            while (next < size - moved)
            {
                var (left, right) = (tokens[random.Next(5, tokens.Count)], tokens[random.Next(5, tokens.Count)]);
                if (left.Length + right.Length < 30 && vocabulary.TryAdd(left + right, next))
                {
                    next++;
                    tokens.Add(left + right);
                    merges.Add(left + " " + right);
                }
            }

            foreach (var token in added.Where(token => !vocabulary.ContainsKey(token?["content"]?.GetValue<string>() ?? "")))
            {
                token!["id"] = next++;
            }
        }
#pragma warning restore CA5394
        File.WriteAllText(folder.TokenizerFile, file.ToJsonString());
    }
}
