using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>
/// What reverse lookups found, remembered for a while. Nobody waits for one. Only addresses of private networks are asked about: of
/// others the question would leave the home.
/// </summary>
public sealed class AskedNames(TimeProvider time, IReverseLookup? lookup = null)
{
    private const int MostKnown = 1024;
    private const int MostAtOnce = 8;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string? Name, long At)> _known = [];
    private readonly HashSet<string> _running = [];

    /// <summary>All that are known, by address.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Names
    {
        get
        {
            lock (_lock)
                return [.. _known.Where(pair => pair.Value.Name is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Name!))];
        }
    }

    /// <summary>What is known now; what is not known, or for long, is asked.</summary>
    public string? Find(string text)
    {
        if (lookup is null || !AddressText.TryParse(text, out var address) || IPAddress.IsLoopback(address) || !PrivateAddresses.Contains(address.GetAddressBytes()))
            return null;
        lock (_lock)
        {
            var isKnown = _known.TryGetValue(text, out var known);
            if ((!isKnown || time.GetElapsedTime(known.At) >= Lifetime) && _running.Count < MostAtOnce && _running.Add(text))
                _ = AskAsync(lookup, text, address, known.Name);
            return known.Name;
        }
    }

    private async Task AskAsync(IReverseLookup from, string text, IPAddress address, string? before)
    {
        await Task.Yield();
        var name = before;
        try
        {
            using var deadline = new CancellationTokenSource(Patience, time);
            name = await from.FindAsync(address, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody answered: a router that restarts has not renamed its devices.
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(text);
                if (_known.Count >= MostKnown && !_known.ContainsKey(text))
                    _known.Remove(_known.MinBy(pair => pair.Value.At).Key);
                _known[text] = (name, time.GetTimestamp());
            }
        }
    }
}

/// <summary>Finds the name of a device that the registry does not have. Not among the services where no DNS server runs in this process.</summary>
public interface IReverseLookup
{
    /// <returns>As a person writes it, without our zone and without final dot; null when nobody knows one.</returns>
    Task<string?> FindAsync(IPAddress address, CancellationToken cancellation);
}
