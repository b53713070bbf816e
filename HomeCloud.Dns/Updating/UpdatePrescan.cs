using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>What is said of an update before anything is changed: RFC 2136 §3.2 (prerequisites), §3.3 (permission) and §3.4.1 (prescan).</summary>
internal static class UpdatePrescan
{
    /// <summary>§3.2: the whole zone must be as the prerequisites say.</summary>
    /// <returns><see cref="ResponseCode.NoError"/>: it is.</returns>
    public static ResponseCode Require(UpdateMessage message, UpdateGround ground, UpdateZone zone, UpdateDraft draft)
    {
        var wanted = new Dictionary<SetKey, List<UpdateRecord>>();
        foreach (var condition in message.Prerequisites)
        {
            if (condition.Ttl != 0)
                return ResponseCode.FormatError;
            if (ground.ZoneOf(condition.Name) != zone)
                return ResponseCode.NotInZone;
            if (condition.Class != RecordClass.Internet && condition.Data.Length > 0)
                return ResponseCode.FormatError;
            switch (condition.Class)
            {
                case RecordClass.Any or RecordClass.None:
                    if (Presence(condition, draft) is not ResponseCode.NoError and var code)
                        return code;
                    break;
                case RecordClass.Internet when !IsMeta(condition.Type):
                    var key = new SetKey(DnsName.ToText(condition.Name), condition.Type);
                    if (!wanted.TryGetValue(key, out var set))
                        wanted[key] = set = [];
                    set.Add(condition);
                    break;
                default:
                    return ResponseCode.FormatError;
            }
        }

        return wanted.Values.All(set => IsSet(set, draft)) ? ResponseCode.NoError : ResponseCode.RecordSetMissing;
    }

    /// <summary>§3.4.1 and §3.3, for one change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="ground">Which name lies in which zone.</param>
    /// <param name="zone">The zone that is updated.</param>
    /// <param name="draft">What is there.</param>
    /// <param name="may">Whether the key may change a name's records of a type.</param>
    /// <param name="why">Of a refusal, for a person.</param>
    public static ResponseCode Judge(in UpdateRecord change, UpdateGround ground, UpdateZone zone, UpdateDraft draft, Func<byte[], RecordType, bool> may, out Phrase? why)
    {
        why = null;
        if (ground.ZoneOf(change.Name) != zone)
            return ResponseCode.NotInZone;
        var isSound = change.Class switch
        {
            RecordClass.Internet => !IsMeta(change.Type) && change.Data.Length > 0,
            RecordClass.Any => change is { Ttl: 0, Data.Length: 0 } && (!IsMeta(change.Type) || change.Type == RecordType.Any),
            RecordClass.None => change.Ttl == 0 && !IsMeta(change.Type),
            _ => false,
        };
        if (!isSound)
            return ResponseCode.FormatError;

        // BIND asks the same for "delete all of a name": every type that is there.
        var name = change.Name;
        var isApex = name.Length == zone.Origin.Length;
        RecordType[] types = change.Type == RecordType.Any
            ? [.. draft.At(name).Select(record => record.Type).Where(type => !(isApex && type is RecordType.Soa or RecordType.Ns)).Distinct()]
            : [change.Type];
        foreach (var type in types)
        {
            if (!may(name, type))
                why = $"this key may not change {DnsText.Of(type)} of {DnsName.ToText(name)}";
            else if (change.Class == RecordClass.Internet)
                why = type is RecordType.Soa or RecordType.Ns ? (Phrase)"SOA and NS of zones are not updated here" : ZoneFileRules.Refusal(type);
            if (why is null && change.Class == RecordClass.Internet && type == RecordType.Cname && zone.Kind == UpdateZoneKind.Delegated)
                why = "a delegated zone has no aliases (CNAME) here";
            if (why is not null)
                return ResponseCode.Refused;
        }

        return ResponseCode.NoError;
    }

    private static ResponseCode Presence(in UpdateRecord condition, UpdateDraft draft)
    {
        var type = condition.Type;
        if (IsMeta(type) && type != RecordType.Any)
            return ResponseCode.FormatError;
        var isThere = draft.At(condition.Name).Any(record => type == RecordType.Any || record.Type == type);
        return (condition.Class, isThere, type) switch
        {
            (RecordClass.Any, false, RecordType.Any) => ResponseCode.NameError,
            (RecordClass.Any, false, _) => ResponseCode.RecordSetMissing,
            (RecordClass.None, true, RecordType.Any) => ResponseCode.NameExists,
            (RecordClass.None, true, _) => ResponseCode.RecordSetExists,
            _ => ResponseCode.NoError,
        };
    }

    // §3.2.3: the RRsets must be equal; the TTL does not count.
    private static bool IsSet(List<UpdateRecord> wanted, UpdateDraft draft)
    {
        var type = wanted[0].Type;
        var there = draft.At(wanted[0].Name).Where(record => record.Type == type).ToList();
        return there.TrueForAll(record => wanted.Exists(want => UpdateDraft.IsSame(type, want.Data, record.Data)))
            && wanted.TrueForAll(want => there.Exists(record => UpdateDraft.IsSame(type, want.Data, record.Data)));
    }

    private static bool IsMeta(RecordType type) => (ushort)type is 0 or (ushort)RecordType.Opt or (>= 128 and <= 255);
}
