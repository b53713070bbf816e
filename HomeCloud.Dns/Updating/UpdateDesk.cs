using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Files;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Updating;

/// <summary>
/// Keeps what updates have changed: tries an update, writes it down, publishes it, in this order, one update at a time. What stands
/// in the file is what is answered, whenever the power goes.
/// </summary>
internal sealed partial class UpdateDesk
{
    private readonly Lock _lock = new();
    private readonly ZoneCatalog _catalog;
    private readonly UpdatedRecordsFile _file;
    private readonly Action<ServingOptions> _publish;
    private readonly Func<long> _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<UpdateDesk> _logger;
    private ServingOptions _serving;
    private UpdateGround _ground;
    private DateTimeOffset _since;
    private UpdatedRecords _records = UpdatedRecords.Empty;
    private string? _unreadable;

    /// <param name="serving">Zone files and local names; receives what is published.</param>
    /// <param name="catalog">Our zones.</param>
    /// <param name="dataDirectory">Where the file is.</param>
    /// <param name="publish">Makes the names of zone files those that are answered.</param>
    /// <param name="clock">Monotonic milliseconds, as those by which queries are answered.</param>
    /// <param name="time">For the name of a file that is set aside.</param>
    /// <param name="logger">Tells what was changed.</param>
    public UpdateDesk(ServingOptions serving, ZoneCatalog catalog, string dataDirectory, Action<ServingOptions> publish, Func<long> clock, TimeProvider time, ILogger<UpdateDesk> logger)
    {
        _catalog = catalog;
        _file = new UpdatedRecordsFile(dataDirectory);
        _publish = publish;
        _clock = clock;
        _time = time;
        _logger = logger;
        (_serving, _ground, _since) = Take(serving);
    }

    /// <summary>What updates hold now.</summary>
    public UpdatedRecords Records
    {
        get
        {
            lock (_lock)
                return _records;
        }
    }

    private string[] Homes => [DnsName.ToText(_catalog.PrimaryOrigin), .. _catalog.ForwardZones.Select(zone => DnsName.ToText(zone.Origin))];

    /// <summary>Reads the file of earlier runs and publishes it. A file that cannot be read stays as it is, and nothing is changed before a start could.</summary>
    public void Load()
    {
        lock (_lock)
        {
            try
            {
                _records = ReadOrSetAside();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _unreadable = problem.Message;
                LogUnreadable(_file.Path, problem.Message);
            }

            // Without records, what is answered is what the zone files say: that is published already.
            if (!ReferenceEquals(_records, UpdatedRecords.Empty))
                PublishAll();
        }
    }

    private UpdatedRecords ReadOrSetAside()
    {
        try
        {
            return _file.Read();
        }
        catch (InvalidDataException damaged)
        {
            LogSetAside(_file.Path, damaged.Message, AtomicFile.SetAside(_file.Path, "unreadable", _time));
            return UpdatedRecords.Empty;
        }
    }

    /// <summary>Takes zone files and local names that were read again, lays the updates over them and publishes both.</summary>
    public void Reload(ServingOptions serving)
    {
        lock (_lock)
        {
            (_serving, _ground, _since) = Take(serving);
            PublishAll();
        }
    }

    /// <summary>RFC 2136 §3: the whole update or nothing of it.</summary>
    /// <param name="message">Its sections.</param>
    /// <param name="key">Who has signed it.</param>
    /// <param name="keys">What keys may.</param>
    /// <param name="why">Of a refusal, for a person.</param>
    public ResponseCode Apply(UpdateMessage message, TsigKey key, UpdateKeys keys, out Phrase? why)
    {
        why = null;
        if (message.ZoneType != RecordType.Soa)
            return ResponseCode.FormatError;
        lock (_lock)
        {
            if (message.ZoneClass != RecordClass.Internet || _ground.ZoneCalled(message.Zone) is not { } zone)
                return ResponseCode.NotAuthoritative;
            message.Canonicalize((type, data) => _ground.CanonicalData(type, data, zone));
            var draft = new UpdateDraft(_ground, _records, zone);
            foreach (var change in message.Changes)
            {
                if (UpdatePrescan.Judge(change, _ground, zone, draft, (name, type) => keys.May(key, name, type), out why) is not ResponseCode.NoError and var code)
                    return code;
            }

            if (UpdatePrescan.Require(message, _ground, zone, draft) is not ResponseCode.NoError and var unmet)
                return unmet;
            foreach (var change in message.Changes)
            {
                if (draft.Change(change) is { } code)
                {
                    why = draft.Problem;
                    return code;
                }
            }

            return draft.Result() is { } result ? Commit(result, $"key {key}", out why) : ResponseCode.NoError;
        }
    }

    /// <summary>Adds one record for a person who has the machine, and needs no key.</summary>
    /// <returns>Null, or why not.</returns>
    public Phrase? Add(UpdateRecord record)
    {
        lock (_lock)
        {
            if (_ground.ZoneOf(record.Name) is not { } zone)
                return $"{DnsName.ToText(record.Name)} is in no zone of the home, of a zone file with an SOA record, or that is delegated to us";
            record = record with { Data = _ground.CanonicalData(record.Type, record.Data, zone) };
            var draft = new UpdateDraft(_ground, _records, zone);
            if (UpdatePrescan.Judge(record, _ground, zone, draft, (_, _) => true, out var why) is not ResponseCode.NoError and var code)
                return why ?? $"that record cannot be added ({DnsText.Of(code)})";
            if (draft.Change(record) is not null)
                return draft.Problem;
            if (draft.Result() is not { } result)
                return draft.At(record.Name).Any(there => there.Type == record.Type) ? null : "an alias (CNAME) stands alone: nothing was added";
            Commit(result, "a command", out why);
            return why;
        }
    }

    /// <summary>Forgets what updates have made of a name: what zone files say of it counts again.</summary>
    /// <param name="name">Folded.</param>
    /// <param name="why">Why it cannot be done.</param>
    /// <returns>How many RRsets there were.</returns>
    public int Forget(byte[] name, out Phrase? why)
    {
        why = null;
        lock (_lock)
        {
            var canonical = _ground.ZoneOf(name) is { } zone ? _ground.Canonical(name, zone) : name;
            var text = canonical is null ? "" : DnsName.ToText(canonical);
            var sets = _records.Sets.Where(pair => pair.Key.Name != text).ToDictionary();
            var count = _records.Sets.Count - sets.Count;
            return count > 0 && Commit(new UpdatedRecords(sets, _records.Serials), "a command", out why) != ResponseCode.NoError ? 0 : count;
        }
    }

    private (ServingOptions Serving, UpdateGround Ground, DateTimeOffset Since) Take(ServingOptions serving) =>
        (serving, new UpdateGround(_catalog, serving.ZoneFiles.Files, _clock), serving.ZoneFiles.Content.Since);

    private ResponseCode Commit(UpdatedRecords records, string by, out Phrase? why)
    {
        why = records.Excess();
        ZoneFileContent? content = null;
        if (why is null && !TryMerge(records, out content, out why))
            why = $"with this, names could not be served: {why}";
        if (why is not null)
        {
            LogRefused(by, $"{why}");
            return ResponseCode.Refused;
        }

        if (_unreadable is not null)
        {
            why = $"{_file.Path} could not be read at the start: {_unreadable}";
            LogRefused(by, $"{why}");
            return ResponseCode.ServerFailure;
        }

        try
        {
            _file.Write(records);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(_file.Path, problem.Message);
            why = "the update could not be written to disk";
            return ResponseCode.ServerFailure;
        }

        var before = _records;
        _records = records;
        Publish(content!, before);
        LogChanged(by, string.Join(", ", Differences(before, records).Take(5)));
        return ResponseCode.NoError;
    }

    private void PublishAll()
    {
        if (!TryMerge(_records, out var content, out var why))
        {
            // The files are good by themselves: the start and the reload have seen to that.
            LogNotPublished($"{why}");
            TryMerge(UpdatedRecords.Empty, out content, out _);
        }

        Publish(content!, null);
    }

    private bool TryMerge(UpdatedRecords records, out ZoneFileContent? content, out Phrase? why)
    {
        content = null;
        try
        {
            content = _ground.Merge(records, _since);
            why = OwnNames.Validate(_serving.LocalNames, Homes, content).FirstOrDefault();
        }
        catch (MasterFileException problem)
        {
            why = problem.Message;
        }

        return why is null;
    }

    private void Publish(ZoneFileContent content, UpdatedRecords? before)
    {
        _serving.ZoneFiles.Content = content;
        _publish(_serving);
        foreach (var zone in _catalog.Delegated)
            DelegatedNames.Publish(zone, _records, before);
        _catalog.Serial.Changed(_clock());
    }

    private static IEnumerable<string> Differences(UpdatedRecords before, UpdatedRecords after) =>
        after.Sets.Where(pair => !before.Sets.TryGetValue(pair.Key, out var set) || !ReferenceEquals(set, pair.Value)).Select(pair => $"{pair.Key.Name} {DnsText.Of(pair.Key.Type)}: {pair.Value.Count}")
            .Concat(before.Sets.Keys.Where(key => !after.Sets.ContainsKey(key)).Select(key => $"{key.Name} {DnsText.Of(key.Type)}: none"));

    [LoggerMessage(LogLevel.Information, "Update by {By}: records now: {Records}")]
    private partial void LogChanged(string by, string records);

    [LoggerMessage(LogLevel.Warning, "Update by {By} refused: {Reason}")]
    private partial void LogRefused(string by, string reason);

    [LoggerMessage(LogLevel.Error, "Update not taken: {Path} could not be written: {Reason}")]
    private partial void LogNotWritten(string path, string reason);

    [LoggerMessage(LogLevel.Error, "Updates: {Path} is no file of updates ({Reason}). It is now {Aside}; records of earlier updates are not answered.")]
    private partial void LogSetAside(string path, string reason, string aside);

    [LoggerMessage(LogLevel.Error, "Updates: {Path} cannot be read: {Reason}. Records of earlier updates are not answered, and none is added, until it can at a start.")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(LogLevel.Error, "Updates: records of earlier updates do not go with the zone files, and are not answered until one of both changes: {Reason}")]
    private partial void LogNotPublished(string reason);
}
