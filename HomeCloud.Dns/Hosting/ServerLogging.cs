using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Telemetry.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace HomeCloud.Dns.Hosting;

/// <summary>How our servers write their log.</summary>
public static class ServerLogging
{
    public static void AddServerConsole(this ILoggingBuilder logging, DnsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(logging);
        ArgumentNullException.ThrowIfNull(options);
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning);
        var levels = new RuntimeLogLevels();
        levels.Replace(options.LogLevel, options.LogLevels);
        logging.Services.AddSingleton(levels);

        // A reader of the log that hangs costs lines, never answers.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);

        if (options.LogJson)
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        else
            AddPlain(logging.AddConsole(), journal: Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);
    }

    /// <summary>JSON escapes by itself; the others print what they are given.</summary>
    private static void AddPlain(ILoggingBuilder logging, bool journal)
    {
        const string Name = "homecloud";
        logging.Services.AddSingleton<ConsoleFormatter>(new PlainConsoleFormatter(Name, journal, TimeProvider.System));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = Name);
    }
}
