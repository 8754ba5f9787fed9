using Google.Protobuf;

namespace Pipeline.TokenizerSpeed;

/// <summary>Writes the fields of a message by number.</summary>
internal sealed class ProtobufMessage : IDisposable
{
    private readonly MemoryStream _memory = new();
    private readonly CodedOutputStream _output;

    public ProtobufMessage() => _output = new CodedOutputStream(_memory, leaveOpen: true);

    public ProtobufMessage Text(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
        return this;
    }

    public ProtobufMessage Bytes(int field, byte[] value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(ByteString.CopyFrom(value));
        return this;
    }

    public ProtobufMessage Real(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
        return this;
    }

    public ProtobufMessage Integer(int field, int value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt32(value);
        return this;
    }

    public ByteString ToByteString()
    {
        _output.Flush();
        return ByteString.CopyFrom(_memory.ToArray());
    }

    public void Dispose()
    {
        _output.Dispose();
        _memory.Dispose();
    }
}
