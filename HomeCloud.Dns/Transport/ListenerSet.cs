using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

/// <summary>
/// Keeps the open listeners equal to what is wanted, while addresses come and go and other programs hold ports: compares
/// whole, as often as something changes, and tries again while anything is missing. Guarded by its owner's lock.
/// </summary>
/// <param name="open">Opens a listener; throws <see cref="BindException"/>.</param>
/// <param name="isHere">Whether the machine has the address of a listener that an option named.</param>
/// <param name="logger">Says each change once.</param>
internal sealed class ListenerSet(Func<ListenTarget, AddressListener> open, Func<IPAddress, bool> isHere, ILogger logger)
{
    private readonly Dictionary<ListenTarget, AddressListener> _open = [];
    private readonly Dictionary<ListenTarget, (SocketError Error, string Reason)> _missing = [];
    private readonly HashSet<ListenTarget> _absent = [];
    private readonly HashSet<ListenTarget> _held = [];

    public IReadOnlyCollection<AddressListener> Open => _open.Values;

    /// <summary>Whether to look again soon though nobody tells of a change.</summary>
    public bool IsIncomplete => _missing.Count + _absent.Count > 0;

    public IReadOnlyList<MissingAddress> Missing =>
    [
        .. _missing.Select(missing => new MissingAddress(missing.Key.Local, missing.Value.Reason, !missing.Key.IsNamed && IPAddress.IsLoopback(missing.Key.Local.Address))),
        .. _absent.Select(absent => new MissingAddress(absent.Local, $"this machine has lost the address of {absent.Local}", false)),
    ];

    /// <summary>Opens everything for the first time.</summary>
    /// <exception cref="ListenException">What time will not mend, or another program has all there is to listen on. What is open then stays open.</exception>
    public void Begin(IReadOnlyList<ListenTarget> wanted)
    {
        BindException? held = null;
        foreach (var target in wanted)
        {
            var problem = TryOpen(target);
            if (problem is { MayPass: false } && target.IsNamed)
                throw new ListenException(problem.Describe(), problem);
            if (problem is not { Error: SocketError.AddressNotAvailable })
                held = problem ?? held;
        }

        if (_open.Count == 0 && held is not null && _missing.Values.All(missing => missing.Error != SocketError.AddressNotAvailable))
            throw new ListenException(held.Describe(), held);
        foreach (var (target, (_, reason)) in _missing.Where(missing => !IsBeingBorn(missing.Key, missing.Value.Error)))
            TransportLog.AddressMissing(logger, target.Local, reason);
        if (wanted.Count == 0)
            TransportLog.NoAddressYet(logger);
    }

    /// <summary>Opens what is missing, and takes out what this machine has lost.</summary>
    /// <returns>Listeners that are no longer served; the caller disposes them, without the lock as it takes a while.</returns>
    public IReadOnlyList<AddressListener> Follow(IReadOnlyList<ListenTarget> wanted, bool isComplete)
    {
        List<AddressListener> closed = [];
        foreach (var target in _open.Keys.Where(target => !wanted.Contains(target) && (isComplete || target.IsNamed)).ToList())
        {
            TransportLog.AddressGone(logger, target.Local);
            _open.Remove(target, out var listener);
            closed.Add(listener!);
        }

        foreach (var target in _missing.Keys.Concat(_absent).Where(target => !wanted.Contains(target) && isComplete).ToList())
        {
            _missing.Remove(target);
            _absent.Remove(target);
        }

        foreach (var target in wanted)
        {
            if (_open.ContainsKey(target))
                Watch(target);
            else
                Retry(target);
        }

        return closed;
    }

    public void Start()
    {
        foreach (var listener in _open.Values)
            listener.Start();
    }

    /// <returns>All of them, for the caller to dispose.</returns>
    public IReadOnlyList<AddressListener> Clear()
    {
        AddressListener[] all = [.. _open.Values];
        _open.Clear();
        _missing.Clear();
        _absent.Clear();
        _held.Clear();
        return all;
    }

    private void Retry(ListenTarget target)
    {
        var before = _missing.TryGetValue(target, out var known) ? known.Error : SocketError.Success;
        if (TryOpen(target) is null)
            _open[target].Start();
        else if (_missing[target].Error is var error && error != before && !IsBeingBorn(target, error))
            TransportLog.AddressMissing(logger, target.Local, _missing[target].Reason);
    }

    // An IPv6 address cannot be bound before nobody else is known to have it (RFC 4862 §5.4): a second or two.
    private static bool IsBeingBorn(ListenTarget target, SocketError error) => !target.IsNamed && error == SocketError.AddressNotAvailable;

    // A bound socket outlives its address, and works again with it: nothing to open, but to be told.
    private void Watch(ListenTarget target)
    {
        if (!target.IsNamed)
            return;
        var here = isHere(target.Local.Address);
        if (target.IsShared)
        {
            if (here && _held.Add(target))
                TransportLog.SharedAddressHere(logger, target.Local);
            else if (!here && _held.Remove(target))
                TransportLog.SharedAddressGone(logger, target.Local);
        }
        else if (!here && _absent.Add(target))
        {
            TransportLog.AddressGone(logger, target.Local);
        }
        else if (here && _absent.Remove(target))
        {
            TransportLog.AddressBack(logger, target.Local);
        }
    }

    private BindException? TryOpen(ListenTarget target)
    {
        try
        {
            _open.Add(target, open(target));
            _missing.Remove(target);
            return null;
        }
        catch (BindException problem)
        {
            if (!_missing.TryGetValue(target, out var known) || known.Error != problem.Error)
                _missing[target] = (problem.Error, problem.Describe());
            return problem;
        }
    }
}
