using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Registry.Storage;

/// <summary>The fields of one record while its JSON is read. The first thing that is wrong is kept; unknown fields are skipped, so that older programs read what newer ones write.</summary>
internal struct RecordFields
{
    private string? _name;
    private string? _owner;
    private ImmutableArray<IPAddress> _addresses = [];
    private ImmutableArray<ServiceEndpoint> _services = [];
    private ImmutableSortedDictionary<string, string> _attributes = NameRecord.NoAttributes;
    private string? _alias;
    private string? _explanation;
    private RecordState _state = RecordState.Running;
    private bool _asleep;
    private DateTimeOffset _since;
    private int _ttl = NameRecord.DefaultTtl;
    private bool _reverse = true;
    private string? _problem;

    public RecordFields()
    {
    }

    /// <summary>From a property's name to the end of its value.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("name"u8))
            _name = Text(ref reader, "name");
        else if (reader.ValueTextEquals("owner"u8))
            _owner = Shared(ref reader, "owner");
        else if (reader.ValueTextEquals("addresses"u8))
            ReadAddresses(ref reader);
        else if (reader.ValueTextEquals("alias"u8))
            _alias = Text(ref reader, "alias");
        else if (reader.ValueTextEquals("state"u8))
            ReadState(ref reader);
        else if (reader.ValueTextEquals("asleep"u8))
            _asleep = Truth(ref reader, "asleep", otherwise: false);
        else if (reader.ValueTextEquals("since"u8))
            ReadSince(ref reader);
        else if (reader.ValueTextEquals("ttl"u8))
            ReadTtl(ref reader);
        else if (reader.ValueTextEquals("reverse"u8))
            _reverse = Truth(ref reader, "reverse", otherwise: true);
        else if (reader.ValueTextEquals("explanation"u8))
            _explanation = Text(ref reader, "explanation");
        else if (reader.ValueTextEquals("services"u8))
            ReadServices(ref reader);
        else if (reader.ValueTextEquals("attributes"u8))
            ReadAttributes(ref reader);
        else
            reader.Skip();
    }

    public readonly RecordDocument ToDocument()
    {
        if (_problem is not null || _name is null || _owner is null)
            return new RecordDocument(null, _problem ?? "A record has no name or no owner.");
        var record = new NameRecord
        {
            Name = _name,
            Owner = _owner,
            Addresses = _addresses,
            AliasOf = _alias,
            State = _asleep ? RecordState.Asleep : _state,
            Since = _since,
            Ttl = _ttl,
            Reverse = _reverse,
            Explanation = _explanation,
            Services = _services,
            Attributes = _attributes,
        };
        return RecordRules.Check(record) is { } problem ? new RecordDocument(null, problem) : new RecordDocument(record, null);
    }

    private void ReadAddresses(ref Utf8JsonReader reader)
    {
        if (!Enter(ref reader, JsonTokenType.StartArray, "addresses"))
            return;
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && AddressText.TryParse(reader.GetString(), out var address))
                addresses.Add(address);
            else
                Skip(ref reader, "addresses");
        }

        _addresses = addresses.DrainToImmutable();
    }

    private void ReadServices(ref Utf8JsonReader reader)
    {
        if (!Enter(ref reader, JsonTokenType.StartArray, "services"))
            return;
        var services = ImmutableArray.CreateBuilder<ServiceEndpoint>();
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                services.Add(ReadService(ref reader));
            else
                Skip(ref reader, "services");
        }

        _services = services.DrainToImmutable();
    }

    private ServiceEndpoint ReadService(ref Utf8JsonReader reader)
    {
        var service = new ServiceEndpoint("", "", 0);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("service"u8))
                service = service with { Service = Text(ref reader, "service") ?? "" };
            else if (reader.ValueTextEquals("protocol"u8))
                service = service with { Protocol = Text(ref reader, "protocol") ?? "" };
            else if (reader.ValueTextEquals("port"u8))
                service = service with { Port = Number(ref reader, "port") };
            else if (reader.ValueTextEquals("priority"u8))
                service = service with { Priority = Number(ref reader, "priority") };
            else if (reader.ValueTextEquals("weight"u8))
                service = service with { Weight = Number(ref reader, "weight") };
            else
                reader.Skip();
        }

        return service;
    }

    private void ReadAttributes(ref Utf8JsonReader reader)
    {
        if (!Enter(ref reader, JsonTokenType.StartObject, "attributes"))
            return;
        var attributes = NameRecord.NoAttributes.ToBuilder();
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var key = SharedText.Read(ref reader);
            if (Shared(ref reader, "attributes") is { } value)
                attributes[key] = value;
        }

        _attributes = attributes.ToImmutable();
    }

    private void ReadState(ref Utf8JsonReader reader)
    {
        switch (Text(ref reader, "state"))
        {
            case "paused":
                _state = RecordState.Paused;
                break;
            case "stopped":
                _state = RecordState.Stopped;
                break;
            case "running":
                break;
            default:
                Wrong("state");
                break;
        }
    }

    private void ReadSince(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) == JsonTokenType.String && reader.TryGetDateTimeOffset(out var since))
            _since = since;
        else
            Skip(ref reader, "since");
    }

    private void ReadTtl(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) == JsonTokenType.Number && reader.TryGetInt32(out var ttl))
            _ttl = ttl;
        else
            Skip(ref reader, "ttl");
    }

    private ushort Number(ref Utf8JsonReader reader, string field)
    {
        if (Next(ref reader) == JsonTokenType.Number && reader.TryGetUInt16(out var number))
            return number;
        Skip(ref reader, field);
        return 0;
    }

    private bool Truth(ref Utf8JsonReader reader, string field, bool otherwise)
    {
        if (Next(ref reader) is JsonTokenType.True or JsonTokenType.False)
            return reader.TokenType == JsonTokenType.True;
        Skip(ref reader, field);
        return otherwise;
    }

    private string? Text(ref Utf8JsonReader reader, string field)
    {
        if (Next(ref reader) == JsonTokenType.String)
            return reader.GetString();
        Skip(ref reader, field);
        return null;
    }

    private string? Shared(ref Utf8JsonReader reader, string field)
    {
        if (Next(ref reader) == JsonTokenType.String)
            return SharedText.Read(ref reader);
        Skip(ref reader, field);
        return null;
    }

    private bool Enter(ref Utf8JsonReader reader, JsonTokenType start, string field)
    {
        if (Next(ref reader) == start)
            return true;
        Skip(ref reader, field);
        return false;
    }

    // The serializer gives its converters whole values, so there is always a next token; Skip passes over what is inside of one.
    private static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new JsonException("The record ends early.");

    private void Skip(ref Utf8JsonReader reader, string field)
    {
        reader.Skip();
        Wrong(field);
    }

    private void Wrong(string field) => _problem ??= $"'{_name}' has an invalid value in '{field}'.";
}
