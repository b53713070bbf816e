using System.Net;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Addresses;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding;

/// <summary>
/// The host's own servers. Once the router hands out this server, the host is told of nobody else: the last servers that
/// answered go on being asked, also after a restart.
/// </summary>
/// <param name="own">Never asked.</param>
/// <param name="dataDirectory">Where the last ones survive; null: they do not.</param>
/// <param name="log">Hears of each change.</param>
internal sealed class HostServers(OwnEndPoints own, string? dataDirectory, ILogger log)
{
    private readonly HostServersFile? _file = dataDirectory is null ? null : new HostServersFile(dataDirectory);
    private IReadOnlyList<IPEndPoint> _inUse = [];
    private IReadOnlyList<IPEndPoint>? _kept;
    private string _said = "";

    /// <summary>Whether the last ones read are from before, because the host names only ourselves, or nobody.</summary>
    public bool AreKept { get; private set; }

    /// <summary>Those to ask, without ourselves.</summary>
    public IReadOnlyList<IPEndPoint> Read(ForwardingOptions options)
    {
        var named = ResolvConf.ReadHost(options.ResolvConf, options.ResolvedResolvConf);
        IReadOnlyList<IPEndPoint> others = [.. named.Where(server => !own.Contains(server))];
        AreKept = others.Count == 0;
        if (AreKept)
        {
            // Also while a DHCP client rewrites the file, which may be empty for a moment.
            others = _inUse.Count > 0 ? _inUse : [.. Kept().Where(server => !own.Contains(server))];
            AreKept = others.Count > 0;
        }

        Say(options.ResolvConf, named, others);
        _inUse = others;
        return others;
    }

    /// <summary>Remembers servers that answer, for a start at which the host names none.</summary>
    public void Keep(IEnumerable<IPEndPoint> answering)
    {
        IReadOnlyList<IPEndPoint> lasting = [.. answering.Where(IsLasting).Take(HostServersFile.Most)];
        if (_file is null || lasting.Count == 0 || lasting.SequenceEqual(Kept()))
            return;

        // Once for each change, also when the disk is full: they are looked at every ten seconds.
        _kept = lasting;
        try
        {
            _file.Write(lasting);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            ForwardingLog.HostServersNotWritten(log, _file.Path, problem.Message.TrimEnd('.'));
        }
    }

    // A loopback server may be what asks us; a link-local one needs the number of an interface, which a restart changes.
    private static bool IsLasting(IPEndPoint server) =>
        !IPAddress.IsLoopback(server.Address) && !SpecialRanges.IsUnspecified(server.Address) && !server.Address.IsIPv6LinkLocal;

    private IReadOnlyList<IPEndPoint> Kept() => _kept ??= Load();

    private IReadOnlyList<IPEndPoint> Load()
    {
        try
        {
            return _file?.Read() ?? [];
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            ForwardingLog.HostServersUnreadable(log, _file!.Path, problem.Message.TrimEnd('.'));
            return [];
        }
    }

    private void Say(string path, IReadOnlyList<IPEndPoint> named, IReadOnlyList<IPEndPoint> asked)
    {
        var now = $"{path} {string.Join(' ', named)} {AreKept}";
        if (now == _said)
            return;
        _said = now;
        foreach (var server in named.Where(own.Contains))
            ForwardingLog.OwnServerSkipped(log, path, server.Address);
        if (AreKept)
            ForwardingLog.HostServersKept(log, path, string.Join(", ", asked.Select(server => server.Address)));
    }
}
