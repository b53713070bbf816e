using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Hosting;

/// <summary>The doctor with what the running agent knows of itself, so that the page needs no options.</summary>
internal sealed class DoctorExaminer(AgentOptions options, EngineClient engine, TimeProvider time) : IHealthExaminer
{
    private readonly IReadOnlyList<IDoctorCheck> _checks = DoctorChecks.All(time);

    public int Checks => _checks.Count;

    public Phrase? Note => File.Exists("/.dockerenv")
        ? "HomeCloud runs in a container, so these checks see only what the container sees. To check the machine itself, for example which program holds port 53, run homecloud doctor on the machine."
        : null;

    public Task RunAsync(Action<CheckResult> tell, CancellationToken cancellationToken)
    {
        // Facts are read once for each examination: a new patient every time.
        var patient = new Patient(Options(), engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(time));
        return new Examination(_checks, patient).RunAsync(tell, cancellationToken);
    }

    internal DoctorOptions Options()
    {
        var registry = options.Dns.Registry;
        var doctor = new DoctorOptions
        {
            Network = options.Servers.Network.Length > 0 ? options.Servers.Network : null,
            Zone = options.Servers.Zone,
            Dns = options.RunsDns ? OnTheLan(options.Dns.Listen.Addresses) : null,
            Registry = registry,
            ControlSocket = options.Web.ControlSocket,
        };
        foreach (var shared in ListenAddress.ReadAll(options.Dns.Listen.SharedAddresses, ListenOptions.DnsPort))
            doctor.SharedAddresses.Add(shared);

        foreach (var peer in options.PeerDns)
            doctor.PeerDns.Add(peer);

        foreach (var endPoint in options.Web.ListenTls)
            doctor.TlsEndPoints.Add(new IPEndPoint(SpecialRanges.IsUnspecified(endPoint.Address) ? IPAddress.Loopback : endPoint.Address, endPoint.Port).ToString());

        return doctor;
    }

    /// <summary>The first given address that others can reach; null leaves the finding to the doctor.</summary>
    private IPEndPoint? OnTheLan(IEnumerable<string> addresses) => ListenAddress.ReadAll(addresses, ListenOptions.DnsPort)
        .FirstOrDefault(e => !IPAddress.IsLoopback(e.Address) && !SpecialRanges.IsUnspecified(e.Address) && !options.Reconciler.SharedAddresses.Contains(e.Address));
}
