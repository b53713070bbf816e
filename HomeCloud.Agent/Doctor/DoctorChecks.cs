using HomeCloud.Agent.Doctor.Checks;

namespace HomeCloud.Agent.Doctor;

/// <summary>The list of checks, in the order in which a person would look: engine, network, LAN, DNS, the rest.</summary>
public static class DoctorChecks
{
    public static IReadOnlyList<IDoctorCheck> All(TimeProvider time) =>
    [
        new EngineCheck(),
        new NetworkCheck(),
        new ParentCheck(),
        new HostReachCheck(),
        new RangeCheck(),
        new AddressCheck(),
        new PortCheck(),
        new ResolvConfCheck(),
        new RouterCheck(),
        new SharedAddressCheck(),
        new RebindCheck(),
        new RouterNamesCheck(),
        new IPv6DnsCheck(),
        new CanaryCheck(),
        new DnssecCheck(),
        new UpstreamCheck(),
        new RedisCheck(),
        new EventsCheck(time),
        new ClockCheck(time),
        new CertificateCheck(time),
    ];
}
