namespace Pipeline.Inference.Generation;

/// <summary>A model that maps token sequences to logits of the next token. Safe to share between threads.</summary>
public interface IDecoder : IDisposable
{
    /// <summary>Number of logits; ids are 0 to this minus 1.</summary>
    int VocabularySize { get; }

    /// <summary>Longest sequence, prompt and new tokens together.</summary>
    int MaxTokens { get; }

    /// <summary>Bytes of key/value cache that each token of a row takes.</summary>
    long CacheBytesPerToken { get; }

    /// <summary>Tokens of a row that its cache holds together: it takes whole multiples.</summary>
    int CacheTokensTogether => 1;

    /// <summary>Bytes that are free now where keys and values lie; null when that is the machine's own memory.</summary>
    long? FreeBytes => null;

    /// <summary>Begins a batch without rows.</summary>
    IDecoderBatch Open();
}
