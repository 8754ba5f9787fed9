using System.ComponentModel.DataAnnotations;

namespace Pipeline.ServiceDefaults;

/// <summary>Where the servers are. Section <c>Pipeline</c>; environment variables <c>PIPELINE__POSTGRES</c> and so on.</summary>
public sealed class PipelineSettings
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Pipeline";

    /// <summary>Npgsql connection string of the database that holds everything.</summary>
    [Required(ErrorMessage = "Pipeline:Postgres is not set. Start private servers with './pipeline up', or set PIPELINE__POSTGRES "
        + "to a connection string such as 'Host=db;Database=pipeline;Username=pipeline;Password=...'.")]
    public string Postgres { get; set; } = "";

    /// <summary>AMQP address of the broker, user and virtual host included.</summary>
    [Required(ErrorMessage = "Pipeline:RabbitMq is not set. Start private servers with './pipeline up', or set PIPELINE__RABBITMQ "
        + "to an address such as 'amqp://user:password@broker:5672/'.")]
    public string RabbitMq { get; set; } = "";
}
