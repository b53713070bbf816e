using HomeCloud.Net.Files;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Validation.Following;

/// <summary>
/// Follows the keys of the root through its rollovers (RFC 5011), with what comes anyway: while there are questions, its keys are
/// fetched at least once a day, which is what §2.3 asks for with the TTL that they have. An idle server fetches nothing.
/// </summary>
internal sealed partial class RootFollower : IAnchors
{
    private readonly TrustAnchors _builtIn;
    private readonly TrustAnchor _root;
    private readonly FollowedKeysFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private FollowedKeys _keys;
    private bool _isWritten = true;
    private bool _isUnreadable;
    private volatile TrustAnchors _current;

    /// <param name="builtIn">Believed from the start, the root's keys among them.</param>
    /// <param name="dataDirectory">Where the states survive.</param>
    /// <param name="time">By which they last.</param>
    /// <param name="log">Hears of each change.</param>
    public RootFollower(TrustAnchors builtIn, string dataDirectory, TimeProvider time, ILogger log)
    {
        _builtIn = builtIn;
        _root = builtIn.Find(DnsName.Root);
        _file = new FollowedKeysFile(dataDirectory);
        (_time, _log) = (time, log);
        _keys = Load();
        _current = Believed();
    }

    public TrustAnchors Current => _current;

    public FollowedKeys Keys
    {
        get
        {
            lock (_lock)
                return _keys;
        }
    }

    public void SeeRevoked(byte[] zone, SignedSet keys, uint now)
    {
        if (zone.Length > 1)
            return;
        // A check sorts them.
        foreach (var data in keys.Data.ToArray())
        {
            if (ZoneKey.Read(data) is not { IsRevoked: true } revoked || revoked.BeforeRevocation() is not { SignsZone: true } key)
                continue;
            lock (_lock)
            {
                // Whose signature it is shows the tag, which the flag changes.
                var isTrusted = _keys.Find(key) is { } known ? known.IsTrusted : _root.Matches(key);
                if (isTrusted && SetVerifier.Verify(keys, zone, [revoked], now, new ValidationWork()).Security == Security.Secure)
                    Replace(_keys.Revoke(key, _time.GetUtcNow()));
            }
        }
    }

    public void SeeValid(byte[] zone, SignedSet keys)
    {
        if (zone.Length > 1 || keys.Verified is not { } signature)
            return;
        var now = _time.GetUtcNow();

        // RFC 1982 around now.
        var signedAt = now.AddSeconds((int)(signature.Inception - (uint)now.ToUnixTimeSeconds()));
        lock (_lock)
            Replace(_keys.See([.. keys.Data.Select(ZoneKey.Read).OfType<ZoneKey>()], _root.Matches, now, signedAt));
    }

    private void Replace(FollowedKeys next)
    {
        if (ReferenceEquals(next, _keys))
        {
            // The disk may have room again: the next change may be years away, and a restart before it.
            if (!_isWritten)
                Write();
            return;
        }

        foreach (var key in next.All.Where(key => !_keys.All.Contains(key)))
            Say(key, _keys.Find(key.Key)?.State);
        foreach (var key in _keys.All.Where(key => next.Find(key.Key) is null))
            LogWithdrawn(key.Key.Tag);
        _keys = next;
        _current = Believed();
        Write();
    }

    private void Write()
    {
        // It may say which keys were revoked.
        if (_isUnreadable)
            return;
        _isWritten = false;
        try
        {
            _file.Write(_keys);
            _isWritten = true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(_file.Path, problem.Message.TrimEnd('.'));
        }
    }

    private FollowedKeys Load()
    {
        try
        {
            return _file.Read();
        }
        catch (InvalidDataException damaged)
        {
            LogDamaged(_file.Path, damaged.Message, SetAside());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _isUnreadable = true;
            LogUnreadable(_file.Path, problem.Message.TrimEnd('.'));
        }

        return FollowedKeys.None;
    }

    private string SetAside()
    {
        try
        {
            return AtomicFile.SetAside(_file.Path, "corrupt", _time);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"nowhere ({problem.Message.TrimEnd('.')})";
        }
    }

    private TrustAnchors Believed() => _builtIn.WithRoot(
        [.. _root.Signers.Where(signer => !_keys.All.Any(key => key.IsGone && signer.Matches(_root.Zone, key.Key)))],
        [.. _root.Keys.Where(key => _keys.Find(key) is null), .. _keys.All.Where(key => key.IsTrusted).Select(key => key.Key)]);

    private void Say(FollowedKey key, KeyState? before)
    {
        switch (key.State, before)
        {
            case (KeyState.AddPend, _):
                LogPending(key.Key.Tag, key.Since.UtcDateTime + FollowedKeys.HoldDown);
                break;
            case (KeyState.Valid, KeyState.AddPend):
                LogTrusted(key.Key.Tag);
                break;
            case (KeyState.Missing, _):
                LogMissing(key.Key.Tag);
                break;
            case (KeyState.Revoked, _):
                LogRevoked(key.Key.Tag);
                break;
            default:
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "DNSSEC: the root has a new key, {Tag}. It is trusted if it is still there after {Until:yyyy-MM-dd}.")]
    private partial void LogPending(ushort tag, DateTime until);

    [LoggerMessage(LogLevel.Information, "DNSSEC: the root's key {Tag} is trusted from now on.")]
    private partial void LogTrusted(ushort tag);

    [LoggerMessage(LogLevel.Information, "DNSSEC: the root's new key {Tag} was withdrawn before it was trusted.")]
    private partial void LogWithdrawn(ushort tag);

    [LoggerMessage(LogLevel.Information, "DNSSEC: the root no longer shows its key {Tag}; it stays trusted until it is revoked.")]
    private partial void LogMissing(ushort tag);

    [LoggerMessage(LogLevel.Information, "DNSSEC: the root's key {Tag} was revoked by its holder, and is not trusted any more.")]
    private partial void LogRevoked(ushort tag);

    [LoggerMessage(LogLevel.Error, "{Path} is damaged: {Problem}. It was moved to {Aside}; the built-in keys of the root count, and the file is written anew when the root changes its keys.")]
    private partial void LogDamaged(string path, string problem, string aside);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: {Problem}. The built-in keys of the root count, and the file stays as it is: what is learned of them is lost at the next start.")]
    private partial void LogUnreadable(string path, string problem);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be written: {Problem}. What was learned of the root's keys is lost at the next start.")]
    private partial void LogNotWritten(string path, string problem);
}
