using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using HomeCloud.Agent.Servers.Storage;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Addresses;

/// <summary>Which address, MAC and volumes belong to which name. Durable before a change returns.</summary>
public sealed class ReservationBook
{
    /// <summary>How long devices may go on sending to the MAC that had an address: macOS believes its ARP cache for 20 minutes.</summary>
    public static readonly TimeSpan LeaveTime = TimeSpan.FromMinutes(20);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, Reservation> _reservations;
    private ImmutableDictionary<IPAddress, long> _left = ImmutableDictionary<IPAddress, long>.Empty;

    public ReservationBook(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
        _reservations = Load(path, out var setAside);
        SetAside = setAside;
    }

    /// <summary>Where an unreadable book was put at the start; null when all was well.</summary>
    public string? SetAside { get; }

    public ImmutableDictionary<string, Reservation> All => _reservations;

    /// <summary>Addresses whose names were forgotten within <see cref="LeaveTime"/>, and when, as a timestamp. Not kept over a restart of the agent.</summary>
    public ImmutableDictionary<IPAddress, long> Left
    {
        get
        {
            lock (_lock)
            {
                return _left = _left.RemoveRange(_left.Where(p => _time.GetElapsedTime(p.Value) >= LeaveTime).Select(p => p.Key));
            }
        }
    }

    public Reservation? Find(string name) => _reservations.GetValueOrDefault(name);

    /// <summary>The reservation of <paramref name="name"/>, made now when there is none.</summary>
    public Reservation Open(string name)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(name, out var known))
            {
                return known;
            }

            // A volume prefix may still be held by a server that was renamed away from this name.
            var storage = name;
            for (var i = 2; _reservations.Values.Any(r => r.Storage == storage); i++)
            {
                storage = $"{name}-{i}";
            }

            var made = new Reservation(null, MacAddress.Create(), storage, _time.GetUtcNow());
            Save(_reservations.SetItem(name, made));
            return made;
        }
    }

    /// <summary>Keeps <paramref name="address"/> for <paramref name="name"/>.</summary>
    /// <returns>False when another name that is in <paramref name="inUse"/> has it; a name without a server gives way.</returns>
    public bool TryAssign(string name, IPAddress address, IReadOnlySet<string> inUse)
    {
        var mine = Open(name);
        lock (_lock)
        {
            var next = _reservations;
            foreach (var (other, reservation) in _reservations)
            {
                if (other != name && address.Equals(reservation.Address))
                {
                    if (inUse.Contains(other))
                    {
                        return false;
                    }

                    next = next.SetItem(other, reservation with { Address = null });
                }
            }

            Save(next.SetItem(name, mine with { Address = address, LastUsed = _time.GetUtcNow() }));
            return true;
        }
    }

    /// <summary>The new name takes over what the old one kept; what the new one kept before is forgotten.</summary>
    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (_reservations.TryGetValue(from, out var reservation))
            {
                Leave(to);
                Save(_reservations.Remove(from).SetItem(to, reservation with { LastUsed = _time.GetUtcNow() }));
            }
        }
    }

    public void Forget(string name)
    {
        lock (_lock)
        {
            Leave(name);
            Save(_reservations.Remove(name));
        }
    }

    private void Leave(string name)
    {
        if (Find(name)?.Address is { } address)
        {
            _left = _left.SetItem(address, _time.GetTimestamp());
        }
    }

    private void Save(ImmutableDictionary<string, Reservation> next)
    {
        if (ReferenceEquals(next, _reservations))
        {
            return;
        }

        var file = new ReservationFile
        {
            Servers = next.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(
                p => p.Key,
                p => new ReservationFile.Item(p.Value.Address?.ToString(), p.Value.Mac, p.Value.Storage, p.Value.LastUsed)),
        };
        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, StorageJson.Options));
        _reservations = next;
    }

    private static ImmutableDictionary<string, Reservation> Load(string path, out string? setAside)
    {
        var file = DurableFile.Read<ReservationFile>(path, ReservationFile.CurrentVersion, out setAside);
        return file is null || file.Servers is null
            ? ImmutableDictionary<string, Reservation>.Empty
            : file.Servers.ToImmutableDictionary(
                p => p.Key,
                p => new Reservation(AddressText.TryParse(p.Value.Address, out var a) ? a : null, p.Value.Mac, p.Value.Storage, p.Value.LastUsed));
    }
}
