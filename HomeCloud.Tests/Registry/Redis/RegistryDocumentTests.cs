using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Docs;
using Microsoft.Extensions.Logging.Abstractions;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Runs every redis-cli command of docs/registry.md, in order, against a Redis with names in it.</summary>
[Trait("Category", "Slow")]
public sealed class RegistryDocumentTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Every_command_in_the_document_works_and_the_names_come_back_after_the_last()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var registry = new RedisRegistry(
            new RegistryOptions { DataDirectory = _directory.Path, Redis = redis.Address, RedisTimeout = TimeSpan.FromSeconds(5) },
            NullLogger<RedisRegistry>.Instance);
        await registry.RenewLeaseAsync("server1", TimeSpan.FromMinutes(1));
        await registry.ReplaceAsync("server1", [Record("server1", "airplay", "192.168.1.50")]);
        await registry.FollowUntilAsync(s => s.Records.Count == 1);

        var commands = Commands().ToList();
        commands.Should().HaveCountGreaterThan(12);
        foreach (var command in commands)
        {
            var words = command.Split(' ');
            var output = words[0] == "timeout"
                ? Patiently(seconds => RedisServer.Run("timeout", [seconds, "redis-cli", "-p", $"{redis.Port}", .. words[3..]]))
                : redis.Cli(words[1..]);
            output.Should().NotBeNullOrWhiteSpace(command).And.NotContain("ERR").And.NotContain("WRONGTYPE");
            if (command.Contains("airplay", StringComparison.Ordinal))
                output.Trim().Should().Be("""{"name":"airplay","owner":"server1","addresses":["192.168.1.50"],"since":"2026-05-01T12:00:00+00:00"}""");
        }

        await Deadline.UntilAsync(() => redis.Cli("HLEN", "{homecloud}:names").Trim() == "1", "the agent put its record back");
        registry.Current.Records.Should().HaveCount(1);
    }

    /// <summary>What runs until it is ended shows something at once, or later on a busy machine.</summary>
    private static string Patiently(Func<string, string> run) =>
        ((string[])["0.5", "2", "10"]).Select(run).FirstOrDefault(output => output.Trim().Length > 0, "");

    private static IEnumerable<string> Commands()
    {
        var inCode = false;
        foreach (var line in File.ReadLines(Path.Combine(Documents.Root(), "docs", "registry.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inCode = line == "```sh";
            else if (inCode)
                yield return line;
        }
    }
}
