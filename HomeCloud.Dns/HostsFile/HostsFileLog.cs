using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.HostsFile;

internal static partial class HostsFileLog
{
    [LoggerMessage(LogLevel.Information, "Hosts file {Path}: {Count} names read")]
    public static partial void Read(ILogger logger, string path, int count);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    public static partial void LineLeftOut(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "Hosts file {Path}: could not be reloaded, its names stay as they were: {Reason}")]
    public static partial void CannotRead(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Information, "Hosts file {Path}: changes are found by polling: {Reason}")]
    public static partial void OnlyPolled(ILogger logger, string path, string reason);
}
