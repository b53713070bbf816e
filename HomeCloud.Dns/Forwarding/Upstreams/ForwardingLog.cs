using System.Net;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding.Upstreams;

internal static partial class ForwardingLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Upstream {Upstream} is down ({Problem}); others are asked, and it is probed until it answers.")]
    public static partial void UpstreamDown(ILogger logger, string upstream, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Upstream {Upstream} answers again.")]
    public static partial void UpstreamRecovered(ILogger logger, string upstream);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Probing of upstream {Upstream} stopped with the server.")]
    public static partial void ProbingStopped(ILogger logger, string upstream);

    [LoggerMessage(Level = LogLevel.Error, Message = "Probing of upstream {Upstream} failed by a fault of ours; please report it.")]
    public static partial void ProbingFailed(ILogger logger, Exception problem, string upstream);

    [LoggerMessage(Level = LogLevel.Error, Message = "Upstream {Upstream} sends our own queries back to us, so names from outside cannot be resolved through it. Its DNS points here: name another upstream with --upstream, such as the internet provider's or 9.9.9.9.")]
    public static partial void LoopFound(ILogger logger, string upstream);

    [LoggerMessage(Level = LogLevel.Information, Message = "Upstream {Upstream} no longer sends our queries back to us.")]
    public static partial void LoopGone(ILogger logger, string upstream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} names {Server}, which is this server itself; it is left out. Name an upstream with --upstream.")]
    public static partial void OwnServerSkipped(ILogger logger, string path, string server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No upstream is known: only local names are answered. Name one with --upstream, or a usable nameserver in {Path}.")]
    public static partial void NoUpstream(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Names from outside are asked at {Upstreams}.")]
    public static partial void UpstreamsInUse(ILogger logger, string upstreams);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dropped a private address from the answer for {Name} ({Upstream}): it looks like DNS rebinding. If it is wanted, allow it with --rebind-exempt.")]
    public static partial void RebindBlocked(ILogger logger, string name, string upstream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Upstream {Upstream} blocks names by answering them with {Address}, {Name} for one; clients get no address for those. This is said once an hour.")]
    public static partial void UpstreamBlocks(ILogger logger, string upstream, string name, IPAddress address);

    [LoggerMessage(Level = LogLevel.Error, Message = "Upstream {Upstream} sends queries below {Zone} back to us, so what we do not know there does not exist. Let it no longer forward {Zone} to this server, or remove --forward {Zone}={Upstream}.")]
    public static partial void RuleLoopFound(ILogger logger, string upstream, string zone);

    [LoggerMessage(Level = LogLevel.Error, Message = "Resolving {Question} failed by a fault of ours; please report it.")]
    public static partial void ResolvingFailed(ILogger logger, Exception problem, string question);
}
