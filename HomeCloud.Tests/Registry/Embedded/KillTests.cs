using System.Globalization;
using HomeCloud.Registry;
using HomeCloud.Registry.Embedded;

namespace HomeCloud.Tests.Registry.Embedded;

[Trait("Category", "Slow")]
public sealed class KillTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CollectedLog<EmbeddedRegistry> _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_writer_killed_at_any_moment_loses_nothing_that_was_durable()
    {
        var random = new Random(4711);
        var last = 0L;
        for (var kill = 0; kill < 30; kill++)
        {
            last = await KillAfterAsync(random.Next(1, 40), random.Next(0, 3000), last);
            await using var registry = new EmbeddedRegistry(new RegistryOptions { DataDirectory = _directory.Path }, _log);
            registry.Current.Revision.Should().BeGreaterThanOrEqualTo(last, "kill {0}", kill);
            registry.Current.Records.Should().BeEquivalentTo(
                Records.Many("writer", registry.Current.Records.Count, (int)registry.Current.Revision).ToDictionary(record => record.Key),
                "each write is there whole");
            last = registry.Current.Revision;
        }

        _log.Messages.Should().BeEmpty("no file was ever found broken");
    }

    private async Task<long> KillAfterAsync(int writes, int spins, long last)
    {
        using var writer = WriterProcess.Start(_directory.Path);
        for (var i = 0; i < writes; i++)
        {
            var line = await writer.StandardOutput.ReadLineAsync(Deadline.Token);
            last = long.Parse(line!, CultureInfo.InvariantCulture);
        }

        Thread.SpinWait(spins); // so that the kill falls anywhere within a write
        writer.Kill();
        await writer.WaitForExitAsync(Deadline.Token);
        while (await writer.StandardOutput.ReadLineAsync(Deadline.Token) is { } rest)
        {
            if (long.TryParse(rest, CultureInfo.InvariantCulture, out var acknowledged) && acknowledged > last)
                last = acknowledged;
        }

        return last;
    }
}
