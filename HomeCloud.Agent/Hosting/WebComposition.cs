using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Web.Composition;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Agent.Web.Listening;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Stub;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Hosting;

/// <summary>Puts the page and the API beside the agent.</summary>
internal static class WebComposition
{
    /// <summary>Takes over what other sections say already: zones, data directory, certificate, network, DNS server.</summary>
    public static void Complete(AgentOptions options)
    {
        var (web, servers) = (options.Web, options.Servers);
        var zones = options.Dns.Zones.EffectiveNames.Select(z => z.TrimEnd('.').ToLowerInvariant()).ToList();
        web.Zones.Clear();
        zones.ForEach(web.Zones.Add);
        web.TlsCertificate = options.Dns.Listen.TlsCertificate ?? "";
        web.TlsKey = options.Dns.Listen.TlsKey ?? "";
        options.Reconciler.SharedAddresses.Clear();
        foreach (var shared in ListenAddress.ReadAll(options.Dns.Listen.SharedAddresses, ListenOptions.DnsPort))
            options.Reconciler.SharedAddresses.Add(shared.Address);

        servers.Zone = zones[0];
        servers.AgentId = options.Reconciler.AgentId;
        servers.DataDirectory = options.Dns.Registry.DataDirectory;
        servers.EngineIsRemote = DockerEndpoint.TryParse(options.Docker, out var engine, out _) && engine.SocketPath is null;
        if (servers.Network.Length == 0 && options.Naming.Networks.Count > 0)
            servers.Network = options.Naming.Networks[0];

        if (servers.DnsServers.Count == 0 && options.RunsDns)
            servers.DnsServers.Add(OwnDns(options.Dns.Listen));
    }

    public static void Add(IServiceCollection services, AgentOptions options)
    {
        services.AddHomeCloudWeb(options.Web, options.Servers);
        services.AddSingleton<IHealthExaminer, DoctorExaminer>();
        if (options.RunsDns)
        {
            services.AddSingleton<IDnsBlocking, DnsBlockingSource>().AddSingleton<IDnsRecords, DnsRecordsSource>();
            services.AddSingleton<IReverseLookup>(s => new ReverseLookup(s.GetRequiredService<QueryPipeline>(), s.GetRequiredService<ServingClock>(), options.Dns.Zones, new LanReader(), new StubClient()));
            if (options.Web.AnswersDns)
                services.AddSingleton<IDnsResponder, DnsResponder>().AddHostedService<DohDesignation>();
        }

        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<CloudName>(provider, options.Reconciler.AgentId + WellKnownOwners.PageSuffix, options.Reconciler.HostAddresses));
    }

    private static IPEndPoint OwnDns(ListenOptions listen)
    {
        var named = ListenAddress.ReadAll(listen.Addresses, ListenOptions.DnsPort).FirstOrDefault() ?? new IPEndPoint(IPAddress.Loopback, ListenOptions.DnsPort);
        return named.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, named.Port)
            : named.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, named.Port)
            : named;
    }
}
