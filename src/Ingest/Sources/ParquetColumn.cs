using ParquetSharp;

namespace Pipeline.Ingest.Sources;

/// <summary>The values of one column in one row group, as strings, one row after the other.</summary>
internal abstract class ParquetColumn : IDisposable
{
    /// <summary>The value of the next row.</summary>
    /// <exception cref="ParquetException">The column cannot be decoded, or ends before its row group does.</exception>
    public abstract ParquetCell Next();

    /// <summary>Decodes the column to its end without making strings.</summary>
    /// <returns>Its rows.</returns>
    /// <exception cref="ParquetException">The column cannot be decoded.</exception>
    public abstract long Check();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>True for a column of strings.</summary>
    public static bool IsText(ColumnDescriptor column) =>
        column is { PhysicalType: PhysicalType.ByteArray, LogicalType.Type: LogicalTypeEnum.String or LogicalTypeEnum.Enum or LogicalTypeEnum.Json };

    /// <summary>True for a column whose values can be ids: strings, integers and UUIDs.</summary>
    public static bool IsId(ColumnDescriptor column) => IsText(column) || column is
        { PhysicalType: PhysicalType.Int32 or PhysicalType.Int64, LogicalType.Type: LogicalTypeEnum.None or LogicalTypeEnum.Int }
        or { PhysicalType: PhysicalType.FixedLenByteArray, LogicalType.Type: LogicalTypeEnum.Uuid };

    /// <summary>Opens a column of one of these types. The result owns the reader.</summary>
    public static ParquetColumn Open(ColumnReader reader)
    {
        var isUnsigned = reader.ColumnDescriptor.LogicalType is IntLogicalType { IsSigned: false };
        return reader switch
        {
            ColumnReader<int> integers => new ParquetColumnReader<int>(integers, value => ParquetCell.Of(isUnsigned ? (uint)value : value)),
            ColumnReader<long> integers => new ParquetColumnReader<long>(
                integers, value => isUnsigned ? ParquetCell.Of((ulong)value) : ParquetCell.Of(value)),
            ColumnReader<FixedLenByteArray> uuids => new ParquetColumnReader<FixedLenByteArray>(uuids, ParquetCell.Of),
            ColumnReader<ByteArray> strings => new ParquetColumnReader<ByteArray>(strings, ParquetCell.Of),
            _ => throw new NotSupportedException($"A column of {reader.ElementType} is neither text nor an id."),
        };
    }

    protected abstract void Dispose(bool disposing);
}
