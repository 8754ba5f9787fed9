using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.OpenAiServer;

/// <summary>What came in.</summary>
internal sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _texts = [];
    private int _requests;
    private int _open;
    private int _most;
    private JsonNode? _last;

    /// <summary>Notes a request.</summary>
    /// <returns>Whether its text is new.</returns>
    public bool Begin(string text, JsonNode body)
    {
        lock (_lock)
        {
            _requests++;
            _open++;
            _most = Math.Max(_most, _open);
            _last = body;
            return _texts.Add(text);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _open--;
        }
    }

    /// <summary><c>{requests, most_at_once, last}</c>; counting begins anew.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            var json = JsonSerializer.Serialize(new { requests = _requests, most_at_once = _most, last = _last });
            (_requests, _most) = (0, _open);
            return json;
        }
    }
}
