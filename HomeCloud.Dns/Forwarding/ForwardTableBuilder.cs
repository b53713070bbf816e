using System.Net;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Makes upstreams out of options and of the host's resolv.conf.</summary>
internal sealed class ForwardTableBuilder(ForwardingOptions options, CertificateTrust trust, TimeProvider time, ILogger log)
{
    /// <summary>Whether the host's servers matter at all.</summary>
    public bool DependsOnHost => options.Upstreams.Count == 0 || (options.Bootstrap.Count == 0 && AllAddresses().Any(address => address.EndPoint is null));

    public ForwardTable Build(IReadOnlyList<IPEndPoint> hostServers)
    {
        var named = options.Upstreams.Select(Parse).ToList();
        var defaults = named.Count > 0 ? named : [.. hostServers.Select(server => Parse(server.ToString()))];
        var bootstrap = BootstrapServers(named, hostServers);
        var rules = options.Forwards.Select(ParseRule).ToList();
        var table = new ForwardTable(
            [.. rules.Select(rule => Group(FoldedZone(rule.Zone), rule.Upstreams, bootstrap))],
            Group(DnsName.Root.ToArray(), defaults, bootstrap),
            Rebind(rules));
        var names = string.Join(", ", defaults.Select(address => address.Text));
        if (defaults.Count == 0)
            ForwardingLog.NoUpstream(log, options.ResolvConf);
        else
            ForwardingLog.UpstreamsInUse(log, names);
        return table;
    }

    private static UpstreamAddress Parse(string text) => UpstreamAddress.TryParse(text, out var address, out var problem)
        ? address
        : throw new ArgumentException($"--upstream '{text}' {problem}.");

    private static ForwardRule ParseRule(string text) => ForwardRule.TryParse(text, out var rule, out var problem)
        ? rule
        : throw new ArgumentException($"--forward '{text}' {problem}.");

    private static byte[] FoldedZone(string zone)
    {
        var name = DnsName.Parse(zone.Trim());
        DnsName.Fold(name);
        return name;
    }

    private IEnumerable<UpstreamAddress> AllAddresses() => options.Upstreams.Select(Parse).Concat(options.Forwards.SelectMany(text => ParseRule(text).Upstreams));

    private IReadOnlyList<IPEndPoint> BootstrapServers(IEnumerable<UpstreamAddress> named, IReadOnlyList<IPEndPoint> hostServers)
    {
        if (options.Bootstrap.Count > 0)
            return [.. options.Bootstrap.Select(text => Parse(text).EndPoint!)];
        var plain = named.Where(address => address.Protocol == UpstreamProtocol.Plain).Select(address => address.EndPoint!).ToList();
        return plain.Count > 0 ? plain : hostServers;
    }

    // A zone that a person sent to a server in the home has addresses of the home in it.
    private RebindPolicy Rebind(IReadOnlyList<ForwardRule> rules)
    {
        if (!options.RebindProtection)
            return RebindPolicy.Off;
        var homeRules = rules.Where(rule => rule.Upstreams.Any(upstream => upstream.EndPoint is { } endPoint && PrivateAddresses.Contains(endPoint.Address.GetAddressBytes())));
        return new RebindPolicy([.. options.RebindExempt.Concat(homeRules.Select(rule => rule.Zone)).Select(FoldedZone)]);
    }

    private UpstreamGroup Group(byte[] zone, IReadOnlyList<UpstreamAddress> addresses, IReadOnlyList<IPEndPoint> bootstrap) =>
        new(zone, [.. addresses.Select(address => new Upstream(address, zone, new QueryShape(Edns: true, options.UdpPayloadSize, options.MixCase, Padded: false), Channel(address, bootstrap), time, log))], options.StrictOrder);

    private UpstreamChannel Channel(UpstreamAddress address, IReadOnlyList<IPEndPoint> bootstrap)
    {
        switch (address.Protocol)
        {
            case UpstreamProtocol.Tls:
                var name = address.ServerName ?? address.EndPoint!.Address.ToString();
                return new UpstreamChannel(async cancellation => new UpstreamConnection(await TcpStream.OpenTlsAsync(address.EndPoint!, name, trust, cancellation), time), time);
            case UpstreamProtocol.Https:
                var locate = Locate(address, bootstrap);
                return new UpstreamChannel(_ => ValueTask.FromResult<IUpstreamConnection>(new HttpsConnection(address, locate, trust, time)), time);
            default:
                return new UpstreamChannel(async cancellation => new UpstreamConnection(await TcpStream.OpenAsync(address.EndPoint!, cancellation), time), time);
        }
    }

    private Func<CancellationToken, ValueTask<IReadOnlyList<IPEndPoint>>> Locate(UpstreamAddress address, IReadOnlyList<IPEndPoint> bootstrap)
    {
        if (address.EndPoint is { } known)
            return _ => ValueTask.FromResult<IReadOnlyList<IPEndPoint>>([known]);
        return new BootstrapLookup(address.ServerName!, address.Url!.Port, bootstrap, time).LocateAsync;
    }
}
