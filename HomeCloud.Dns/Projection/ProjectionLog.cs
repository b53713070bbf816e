using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Projection;

internal static partial class ProjectionLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Serving {Names} names from {Source}")]
    public static partial void Loaded(ILogger logger, int names, string source);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Changed} names changed with revision {Revision} of {Source}")]
    public static partial void Changed(ILogger logger, int changed, long revision, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "Following {Source} failed; names stay as they are, next try in {Seconds} s")]
    public static partial void Failed(ILogger logger, Exception exception, string source, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} has delivered no names after {Seconds} s; answering for other names meanwhile, and SERVFAIL for unknown ones of ours")]
    public static partial void Slow(ILogger logger, string source, double seconds);
}
