using System.Globalization;
using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving.Designation;

/// <summary>
/// The encrypted services that devices may be told of (RFC 9462): those at the very address that was asked, with a certificate for
/// that address by an authority. A device checks just that (§4.2); what fails there would cost it its time, or its names.
/// </summary>
/// <param name="zones">Ours; the first has the name <c>check</c>, which leads to whatever address of ours is asked.</param>
/// <param name="time">Certificates begin and end.</param>
public sealed class DesignatedResolvers(IReadOnlyList<string> zones, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile EncryptedService[] _services = [];

    /// <summary>Whether anything encrypted is served at all.</summary>
    public bool HasServices => _services.Length > 0;

    /// <summary>Takes the place of what was said of the same protocol before.</summary>
    public void Offer(EncryptedService service)
    {
        lock (_lock)
            _services = [.. _services.Where(other => other.Protocol != service.Protocol), service];
    }

    /// <param name="local">The address of ours that was asked.</param>
    /// <param name="problem">For a person: why one is left out, with the fix; null when none is.</param>
    internal IReadOnlyList<DesignatedResolver> At(IPAddress local, out string? problem)
    {
        problem = null;
        List<DesignatedResolver> found = [];
        foreach (var service in _services.OrderBy(service => service.Protocol))
        {
            if (ProblemOf(service, local) is { } why)
                problem ??= $"devices are not told of {service.Title}: {why}";
            else
                found.Add(new DesignatedResolver(service.Protocol, TargetOf(service.Certificate.Names), service.PortAt(local), local));
        }

        return found;
    }

    private string? ProblemOf(EncryptedService service, IPAddress local)
    {
        var certificate = service.Certificate;
        var now = time.GetUtcNow();
        if (service.PortAt(local) == 0)
            return $"it is not served at {local}, the address that was asked";
        if (certificate.Problem is { } problem)
            return $"its certificate {problem}; give one of an authority that they trust (--tls-certificate)";
        if (now < certificate.From || now >= certificate.Until)
            return string.Create(CultureInfo.InvariantCulture, $"its certificate is valid from {certificate.From:yyyy-MM-dd} to {certificate.Until:yyyy-MM-dd} only");
        return certificate.Addresses.Contains(local) ? null : $"its certificate is not for {local} (IP address in subjectAltName)";
    }

    // A name of ours leads here for certain. One from outside leads where it should for most, and the address stands beside it.
    private byte[] TargetOf(IReadOnlyList<string> names)
    {
        var plain = names.Where(name => DnsName.TryParse(name, new byte[DnsName.MaxLength], out _) && !name.Contains('*', StringComparison.Ordinal)).ToList();
        return DnsName.Parse(plain.Find(IsOurs) ?? plain.FirstOrDefault() ?? $"check.{zones[0]}");
    }

    private bool IsOurs(string name) => zones.Any(zone => name.TrimEnd('.').EndsWith($".{zone.TrimEnd('.')}", StringComparison.OrdinalIgnoreCase));
}
