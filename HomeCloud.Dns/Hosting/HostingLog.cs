using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(141, LogLevel.Critical, "A part of the server has failed, so it stops.")]
    public static partial void ServiceFailed(ILogger logger, Exception bug);
}
