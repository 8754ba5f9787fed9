using ParquetSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>A column whose values the file holds as <typeparamref name="T"/>.</summary>
internal sealed class ParquetColumnReader<T>(ColumnReader<T> reader, Func<T, ParquetCell> convert) : ParquetColumn
    where T : unmanaged
{
    private const int BatchRows = 1024;

    private readonly T[] _values = new T[BatchRows];
    private readonly short[] _levels = new short[BatchRows];
    private readonly short _maxLevel = reader.ColumnDescriptor.MaxDefinitionLevel;
    private int _rows;
    private int _row;
    private int _value;

    public override ParquetCell Next()
    {
        if (_row == _rows && !Fill())
        {
            throw new ParquetException("pipeline", "the column has fewer values than the row group");
        }

        // A required column has no levels.
        var isNull = _maxLevel > 0 && _levels[_row] < _maxLevel;
        _row++;
        return isNull ? default : convert(_values[_value++]);
    }

    public override long Check()
    {
        var rows = 0L;
        while (Fill())
        {
            rows += _rows;
        }

        return rows;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            reader.Dispose();
        }
    }

    private bool Fill()
    {
        _row = _value = 0;
        _rows = (int)reader.ReadBatch(BatchRows, _levels, [], _values, out _);
        return _rows > 0;
    }
}
