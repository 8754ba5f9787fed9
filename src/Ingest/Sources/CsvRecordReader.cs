using System.Buffers;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Splits bytes into RFC 4180 records and their fields. Written here because a CSV library decodes first and splits then: none of
/// those we know reports the line and the byte of a bad sequence, or a record beyond a size limit, and goes on with the next record.
/// <para>
/// A field is quoted when its first byte is a quote; quotes elsewhere are literal. Records end with LF, CRLF or a lone CR.
/// </para>
/// <para>
/// A faulty quote costs one record. When text follows a closing quote, or the input ends inside a quoted field, reading goes on at
/// the physical line after the one on which that quote opened. A field that is still open at the size limit is taken for a forgotten
/// quote when the physical line after its opening has as many delimiters as the header, and for a record that is too large when not:
/// then everything up to its end is skipped without being held.
/// </para>
/// </summary>
internal sealed class CsvRecordReader(ByteWindow window, byte delimiter, int maxRecordBytes)
{
    private const byte Quote = (byte)'"';
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private readonly SearchValues<byte> _fieldEnds = SearchValues.Create([delimiter, Cr, Lf]);
    private CsvField[] _fields = new CsvField[16];
    private PhysicalLines _lines = new();
    private State _state;
    private int _position;
    private int _fieldStart;
    private bool _doubledQuotes;
    private int _length;
    private int _consumed;
    private bool _skipping;

    private enum State
    {
        FieldStart,
        Unquoted,
        Quoted,
        QuoteInQuoted,
        AfterCr,
        RestOfLine,
    }

    private enum Step
    {
        NeedsMore,
        EndOfRecord,
        StrayQuote,
    }

    /// <summary>Fields of the header; 0 while the header itself is read. Fields beyond this number are counted, not kept.</summary>
    public int ExpectedFields { get; set; }

    public CsvOutcome Outcome { get; private set; }

    /// <summary>Physical line on which the record starts.</summary>
    public long Line { get; private set; }

    /// <summary>Physical line on which the faulty quote opened.</summary>
    public long QuoteLine { get; private set; }

    /// <summary>Position of the record in the input.</summary>
    public long Offset => window.Offset;

    /// <summary>Fields found; all of them when the outcome is a record, else those before the fault.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Bytes of the record without its line end; of a faulty one, what is held of it. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Record => window.Span[..(Outcome == CsvOutcome.Record ? _length : _position)];

    public CsvField Field(int index) => _fields[index];

    /// <summary>Goes to the next record; false at the end of the input.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await LeaveRecordAsync(cancellationToken);
        _state = State.FieldStart;
        _position = 0;
        FieldCount = 0;
        Line = _lines.Current;

        // Two bytes for the line end of the longest record. Looking no further keeps the outcome independent of how reads arrive.
        var limit = maxRecordBytes + 2;
        while (true)
        {
            switch (Scan(window.Span[..Math.Min(window.Span.Length, limit)]))
            {
                case Step.EndOfRecord:
                    return Accept();
                case Step.StrayQuote:
                    return RejectQuote(CsvOutcome.StrayQuote);
                case Step.NeedsMore when _position >= limit:
                    return GiveUp();
                case Step.NeedsMore when !await window.FillAsync(cancellationToken):
                    return Finish();
                default:
                    continue;
            }
        }
    }

    private Step Scan(ReadOnlySpan<byte> data)
    {
        while (_position < data.Length)
        {
            var current = data[_position];
            switch (_state)
            {
                case State.FieldStart:
                    _fieldStart = _position;
                    _doubledQuotes = false;
                    _state = current == Quote ? State.Quoted : State.Unquoted;
                    _position += current == Quote ? 1 : 0;
                    break;

                case State.Unquoted:
                    var end = data[_position..].IndexOfAny(_fieldEnds);
                    if (end < 0)
                    {
                        _position = data.Length;
                        break;
                    }

                    _position += end;
                    AddField(_fieldStart, _position);
                    if (EndField(data[_position]))
                    {
                        return Step.EndOfRecord;
                    }

                    break;

                case State.Quoted:
                    var quote = data[_position..].IndexOf(Quote);
                    _state = quote < 0 ? State.Quoted : State.QuoteInQuoted;
                    _position = quote < 0 ? data.Length : _position + quote + 1;
                    break;

                case State.QuoteInQuoted when current == Quote:
                    _doubledQuotes = true;
                    _state = State.Quoted;
                    _position++;
                    break;

                case State.QuoteInQuoted when current == delimiter || current is Cr or Lf:
                    AddField(_fieldStart + 1, _position - 1);
                    if (EndField(current))
                    {
                        return Step.EndOfRecord;
                    }

                    break;

                case State.QuoteInQuoted:
                    return Step.StrayQuote;

                case State.RestOfLine:
                    var lineEnd = data[_position..].IndexOfAny(Cr, Lf);
                    _position = lineEnd < 0 ? data.Length : _position + lineEnd;
                    if (lineEnd >= 0 && EndField(data[_position]))
                    {
                        return Step.EndOfRecord;
                    }

                    break;

                case State.AfterCr:
                    _position += current == Lf ? 1 : 0;
                    return Step.EndOfRecord;
            }
        }

        return Step.NeedsMore;
    }

    // Steps over the delimiter or line end at the position; true when the record ends with it.
    private bool EndField(byte terminator)
    {
        if (terminator is Cr or Lf)
        {
            _length = _position;
        }

        _position++;
        _state = terminator == Cr ? State.AfterCr : State.FieldStart;
        return terminator == Lf;
    }

    private void AddField(int start, int end)
    {
        if (_skipping)
        {
            return;
        }

        if (FieldCount == _fields.Length && ExpectedFields == 0)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
        }

        if (FieldCount < _fields.Length)
        {
            _fields[FieldCount] = new CsvField(start, end - start, _doubledQuotes);
        }

        FieldCount++;
    }

    private bool Accept()
    {
        Outcome = _length > maxRecordBytes ? CsvOutcome.TooLarge : CsvOutcome.Record;
        _consumed = _position;
        return true;
    }

    // The input ended inside the record.
    private bool Finish()
    {
        switch (_state)
        {
            case State.FieldStart when _position == 0:
                return false;
            case State.Quoted:
                return RejectQuote(CsvOutcome.UnclosedQuote);
            case State.FieldStart:
                _doubledQuotes = false;
                AddField(_position, _position);
                _length = _position;
                break;
            case State.Unquoted:
                AddField(_fieldStart, _position);
                _length = _position;
                break;
            case State.QuoteInQuoted:
                AddField(_fieldStart + 1, _position - 1);
                _length = _position;
                break;
        }

        return Accept();
    }

    private bool GiveUp()
    {
        if (_state is State.Quoted or State.QuoteInQuoted && QuoteWasForgotten())
        {
            return RejectQuote(CsvOutcome.UnclosedQuote);
        }

        Outcome = CsvOutcome.TooLarge;
        _consumed = _position;
        _skipping = true;
        return true;
    }

    private bool QuoteWasForgotten()
    {
        var held = window.Span[_fieldStart.._position];
        var next = PhysicalLines.FirstLineLength(held) is > 0 and var opening ? held[opening..] : default;
        return PhysicalLines.FirstLineLength(next) is > 0 and var length && next[..length].Count(delimiter) + 1 == ExpectedFields;
    }

    private bool RejectQuote(CsvOutcome outcome)
    {
        Outcome = outcome;
        QuoteLine = Line + PhysicalLines.CountEnds(window.Span[.._fieldStart]);
        var rest = PhysicalLines.FirstLineLength(window.Span[_fieldStart.._position]);
        _consumed = rest > 0 ? _fieldStart + rest : _position;
        if (rest < 0 && outcome == CsvOutcome.StrayQuote)
        {
            _skipping = true;
            _state = State.RestOfLine;
        }

        return true;
    }

    private async ValueTask LeaveRecordAsync(CancellationToken cancellationToken)
    {
        Drop(_consumed);
        _consumed = 0;
        while (_skipping)
        {
            _position = 0;
            var step = Scan(window.Span);
            if (step == Step.StrayQuote)
            {
                _state = State.RestOfLine;
            }

            Drop(_position);
            _skipping = step != Step.EndOfRecord && (window.Span.Length > 0 || await window.FillAsync(cancellationToken));
        }
    }

    private void Drop(int count)
    {
        _lines.Advance(window.Span[..count]);
        window.Consume(count);
    }
}
