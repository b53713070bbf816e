using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Web.Security;

/// <summary>The one-time link with which the password is set. Only the newest one counts, for a day, once.</summary>
public sealed class SetupLink(WebOptions options, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private byte[]? _hash;
    private long _madeAt;

    public string Make()
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (_lock)
        {
            _hash = SHA256.HashData(Encoding.ASCII.GetBytes(key));
            _madeAt = time.GetTimestamp();
        }

        return key;
    }

    public bool IsValid(string? key)
    {
        lock (_lock)
        {
            return key is { Length: > 0 and <= 64 }
                && _hash is not null
                && time.GetElapsedTime(_madeAt) < Lifetime
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _hash);
        }
    }

    public void Use()
    {
        lock (_lock)
            _hash = null;
    }

    /// <summary>The link by address, which works before any device uses our DNS, then by name. The key is in the fragment, which browsers keep to themselves.</summary>
    public IEnumerable<string> Urls(string key)
    {
        var (scheme, endpoint, standard) = options.ListenTls.Count > 0 ? ("https", options.ListenTls[0], 443) : ("http", options.Listen[0], 80);
        var port = endpoint.Port == standard ? "" : $":{endpoint.Port}";
        var address = SpecialRanges.IsUnspecified(endpoint.Address) ? OwnAddress() : endpoint.Address;
        if (address is not null)
            yield return $"{scheme}://{new IPEndPoint(address, 0).ToString()[..^2]}{port}/setup#{key}";

        yield return $"{scheme}://{options.Name}.{options.Zones[0]}{port}/setup#{key}";
    }

    /// <summary>The machine's IPv4 address on the LAN, as far as one can be told.</summary>
    public static IPAddress? OwnAddress() => MachineInterfaces.Read().Interfaces
        .Where(i => i is { IsUp: true, IsLoopback: false } && !i.Name.StartsWith("docker", StringComparison.Ordinal))
        .OrderByDescending(i => i.Gateways)
        .SelectMany(i => i.Addresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork);
}
