using System.Net;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding.Upstreams;

internal static partial class ForwardingLog
{
    [LoggerMessage(LogLevel.Warning, "Upstream {Upstream} is down ({Problem}); the other upstreams are asked, and this one is probed until it answers.")]
    public static partial void UpstreamDown(ILogger logger, string upstream, string problem);

    [LoggerMessage(LogLevel.Information, "Upstream {Upstream} answers again.")]
    public static partial void UpstreamRecovered(ILogger logger, string upstream);

    [LoggerMessage(LogLevel.Debug, "Upstream {Upstream}: probing stopped with the server.")]
    public static partial void ProbingStopped(ILogger logger, string upstream);

    [LoggerMessage(LogLevel.Error, "Upstream {Upstream}: probing failed; internal error; please report it.")]
    public static partial void ProbingFailed(ILogger logger, Exception problem, string upstream);

    [LoggerMessage(LogLevel.Error, "Upstream {Upstream} sends our own queries back to us, so names from outside cannot be resolved through it. Its DNS points here: set another upstream with --upstream (example: the internet provider's server or 9.9.9.9).")]
    public static partial void LoopFound(ILogger logger, string upstream);

    [LoggerMessage(LogLevel.Information, "Upstream {Upstream} no longer sends our queries back to us.")]
    public static partial void LoopGone(ILogger logger, string upstream);

    [LoggerMessage(LogLevel.Warning, "{Path}: {Server} is this server itself; ignored. Set an upstream with --upstream.")]
    public static partial void OwnServerSkipped(ILogger logger, string path, IPAddress server);

    [LoggerMessage(LogLevel.Warning, "Upstreams: {Path} names no other server, so those that answered before are asked: {Servers}. Set one with --upstream.")]
    public static partial void HostServersKept(ILogger logger, string path, string servers);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be read: {Problem}. The host's servers of before are not known.")]
    public static partial void HostServersUnreadable(ILogger logger, string path, string problem);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written: {Problem}. After a restart the host's servers of before are not known.")]
    public static partial void HostServersNotWritten(ILogger logger, string path, string problem);

    [LoggerMessage(LogLevel.Warning, "Upstreams: none known, only local names are answered. Set one with --upstream, or a usable nameserver in {Path}.")]
    public static partial void NoUpstream(ILogger logger, string path);

    [LoggerMessage(LogLevel.Information, "Upstreams: forwarding to {Upstreams}.")]
    public static partial void UpstreamsInUse(ILogger logger, string upstreams);

    [LoggerMessage(LogLevel.Warning, "Rebind protection: dropped a private address from the answer for {Name} ({Upstream}); it looks like DNS rebinding. To allow it, use --rebind-exempt.")]
    public static partial void RebindBlocked(ILogger logger, string name, string upstream);

    [LoggerMessage(LogLevel.Warning, "Upstream {Upstream} blocks names by answering {Address} (example: {Name}); clients get no address for them. Logged once an hour.")]
    public static partial void UpstreamBlocks(ILogger logger, string upstream, string name, IPAddress address);

    [LoggerMessage(LogLevel.Error, "Upstream {Upstream} sends queries below {Zone} back to us, so names we do not have there do not exist. Stop forwarding {Zone} from it to this server, or remove --forward {Zone}={Upstream}.")]
    public static partial void RuleLoopFound(ILogger logger, string upstream, string zone);

    [LoggerMessage(LogLevel.Error, "Resolving {Question} failed; internal error; please report it.")]
    public static partial void ResolvingFailed(ILogger logger, Exception problem, string question);
}
