namespace Pipeline.ServiceDefaults;

/// <summary>Reads the setting <c>Pipeline:RabbitMq</c>.</summary>
public static class BrokerAddress
{
    /// <summary>The address as a URI.</summary>
    /// <exception cref="MisconfigurationException">It is no <c>amqp</c> or <c>amqps</c> address. The value is not repeated: it holds a password.</exception>
    public static Uri Parse(string setting) =>
        Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
            ? address
            : throw new MisconfigurationException(
                "Pipeline:RabbitMq is not an address of the form 'amqp://user:password@host:5672/virtual-host' (or amqps).");
}
