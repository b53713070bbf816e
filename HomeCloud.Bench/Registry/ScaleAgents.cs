using System.Text;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Registry.Storage;
using StackExchange.Redis;

namespace HomeCloud.Bench.Registry;

/// <summary>What the simulated agents send to Redis: first everything, then single changes, encoded beforehand so that making them takes no part in what is measured.</summary>
internal sealed class ScaleAgents(ScaleOptions scale, RegistryOptions options)
{
    private readonly RedisKeys _keys = new(options.RedisPrefix);
    private string _session = "";

    /// <summary>Every agent gives its whole set.</summary>
    public async Task LoadAsync()
    {
        var connector = new RedisConnector(options);
        var commands = new RedisCommands(_keys, options, TimeProvider.System);
        _session = commands.Session;
        await using var connection = await OpenAsync(connector);
        for (var agent = 0; agent < scale.Agents; agent++)
        {
            var records = Enumerable.Range(0, scale.NamesPerAgent).Select(name => ScaleNames.Record(agent, name, version: 0)).ToArray();
            await commands.RenewAsync(connection, ScaleNames.Owner(agent), TimeSpan.FromMinutes(10));
            await commands.ReplaceAsync(connection, ScaleNames.Owner(agent), records);
        }
    }

    /// <summary>One change each of as many different names, in an order that is random and always the same.</summary>
    public ScaleChange[] Changes()
    {
        var names = Enumerable.Range(0, scale.Names).ToArray();
        new Random(1).Shuffle(names);
        var hash = LoadScript();
        return [.. names.Take(scale.Changes).Select(name => Change(ScaleNames.Record(name % scale.Agents, name / scale.Agents, version: 1), hash))];
    }

    private ScaleChange Change(NameRecord record, byte[] hash)
    {
        // In the session that holds the owners; after its sets, as the changes come in any order.
        var token = Guid.NewGuid().ToString("N")[..16];
        string[] words =
        [
            token, record.Owner, _keys.Wake, options.RedisChangeLogLength.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _keys.OwnedPrefix, "any", "60000", _session, "1000000000", "0", RedisHolder.NoClaim, $"put {record.Name}",
        ];
        return new ScaleChange(record, RespSocket.Encode(
        [
            "EVALSHA"u8.ToArray(), hash, Bytes(_keys.All.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            .. _keys.All.Select(key => Bytes(key.ToString())), .. words.Select(Bytes), RecordJson.Write(record),
        ]));
    }

    private byte[] LoadScript()
    {
        using var redis = ConnectionMultiplexer.Connect(options.Redis!);
        return Bytes((string)redis.GetDatabase().Execute("SCRIPT", "LOAD", RedisScripts.Apply)!);
    }

    private static async Task<RedisConnection> OpenAsync(RedisConnector connector)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RedisConnection.OpenAsync(connector.Endpoints[0], connector, CancellationToken.None);
            }
            catch (RegistryUnavailableException) when (attempt < 50)
            {
                await Task.Delay(100); // it is starting
            }
        }
    }

    private static byte[] Bytes(string? text) => Encoding.UTF8.GetBytes(text!);
}

/// <summary>One change of one name.</summary>
/// <param name="Record">The name afterwards.</param>
/// <param name="Command">What Redis is sent.</param>
internal sealed record ScaleChange(NameRecord Record, byte[] Command);
