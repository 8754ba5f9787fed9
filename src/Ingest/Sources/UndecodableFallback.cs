using System.Text;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Passes an undecodable byte on as two characters, <see cref="Sign"/> and one that carries the byte; a decoder's fallback may give
/// characters only, and no lone surrogates. An ASCII byte that the decoder took for the second half of a broken pair stays what it
/// is: swallowing a line end would merge two records.
/// </summary>
internal sealed class UndecodableFallback(bool isUnicode) : DecoderFallback
{
    /// <summary>U+FFFF is not a character; no text has it before one of the private ones that carry a byte.</summary>
    public const char Sign = '\uFFFF';

    private const char FirstCarrier = '\uE000';

    // Four bytes are the longest sequence.
    private const int LongestSequence = 4;

    public override int MaxCharCount => 2 * LongestSequence;

    public static bool IsCarrier(char character) => character is >= FirstCarrier and <= (char)(FirstCarrier + 0xFF);

    public static byte Carried(char character) => (byte)(character - FirstCarrier);

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(isUnicode);

    private sealed class Buffer(bool isUnicode) : DecoderFallbackBuffer
    {
        private readonly char[] _characters = new char[2 * LongestSequence];
        private int _length;
        private int _position;

        public override int Remaining => _length - _position;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            Reset();
            if (isUnicode)
            {
                // One code unit, or what is left of one at the end. Its highest byte tells a surrogate.
                Mark(bytesUnknown.Max());
                return true;
            }

            Mark(bytesUnknown[0]);
            foreach (var value in bytesUnknown.AsSpan(1))
            {
                if (value < 0x80)
                {
                    _characters[_length++] = (char)value;
                }
                else
                {
                    Mark(value);
                }
            }

            return true;
        }

        public override char GetNextChar() => _position < _length ? _characters[_position++] : '\0';

        public override bool MovePrevious()
        {
            if (_position == 0)
            {
                return false;
            }

            _position--;
            return true;
        }

        public override void Reset() => _length = _position = 0;

        private void Mark(byte value)
        {
            _characters[_length++] = Sign;
            _characters[_length++] = (char)(FirstCarrier + value);
        }
    }
}
