using System.Net;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.HostsFile;

public sealed class HostsFileSourceTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hosts-file-tests-");

    private string HostsPath => Path.Combine(_directory.FullName, "hosts");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_followed_whether_written_in_place_or_by_renaming(bool rename)
    {
        await File.WriteAllTextAsync(HostsPath, "192.168.1.7 printer\n192.168.1.9 nas\n");
        using var source = Source(HostsPath);
        source.Start();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var updates = source.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        (await updates.MoveNextAsync()).Should().BeTrue();
        updates.Current.IsSnapshot.Should().BeTrue();
        updates.Current.Snapshot.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("printer", "nas");

        var target = rename ? HostsPath + ".new" : HostsPath;
        await File.WriteAllTextAsync(target, "192.168.1.8 printer # moved\n192.168.1.9 nas\n");
        if (rename)
            File.Move(target, HostsPath, overwrite: true);

        do
            (await updates.MoveNextAsync()).Should().BeTrue();
        while (updates.Current.Snapshot.Records.Count < 2);
        updates.Current.Snapshot.Records[new RecordKey(WellKnownOwners.HostsFile, "printer")].Addresses.Should().Equal(IPAddress.Parse("192.168.1.8"));
    }

    [Fact]
    public void A_file_that_goes_away_keeps_its_names()
    {
        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        using var source = Source(HostsPath);
        source.Start();

        File.Delete(HostsPath);
        source.Refresh();

        source.Current.Records.Should().ContainSingle();
        source.Health.Connected.Should().BeFalse();
        source.Health.Detail.Should().Contain(HostsPath);
    }

    [Fact]
    public void Health_names_the_file_that_is_away_until_it_is_back()
    {
        var other = HostsPath + "6";
        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        File.WriteAllText(other, "192.168.1.9 nas");
        using var source = Source(HostsPath, other);
        source.Start();

        File.Delete(HostsPath);
        File.WriteAllText(other, "192.168.1.10 nas");
        source.Refresh();
        source.Health.Connected.Should().BeFalse("another file that can be read does not bring back this one");
        source.Health.Detail.Should().Contain(HostsPath);

        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        source.Refresh();
        source.Health.Connected.Should().BeTrue("it is back, with what it held before");
    }

    [Fact]
    public void A_name_in_several_files_has_all_its_addresses()
    {
        var other = HostsPath + "6";
        File.WriteAllText(HostsPath, "192.168.1.7 printer");
        File.WriteAllText(other, "fd00::7 printer");
        using var source = Source(HostsPath, other);
        source.Start();

        source.Current.Records.Values.Single().Addresses.Should().HaveCount(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lease_file_is_waited_for_and_followed()
    {
        var leases = Path.Combine(_directory.FullName, "dnsmasq.leases");
        using var source = new HostsFileSource(new HostsFileOptions { LeasePaths = [leases], PollInterval = TimeSpan.FromMilliseconds(200) }, ["home"], NullLogger<HostsFileSource>.Instance);
        source.Start();
        source.Current.Records.Should().BeEmpty();
        source.Health.Detail.Should().Contain($"lease file {leases}");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var updates = source.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        (await updates.MoveNextAsync()).Should().BeTrue();

        await File.WriteAllTextAsync(leases, "0 a6:5e:60:01:02:03 192.168.1.31 tablet *\n");
        (await updates.MoveNextAsync()).Should().BeTrue();
        var tablet = updates.Current.Snapshot.Records.Values.Should().ContainSingle().Which;
        source.Health.Connected.Should().BeTrue();

        await File.WriteAllTextAsync(leases + ".new", "0 a6:5e:60:01:02:09 192.168.1.39 radio *\n0 a6:5e:60:01:02:03 192.168.1.31 tablet *\n");
        File.Move(leases + ".new", leases, overwrite: true);
        (await updates.MoveNextAsync()).Should().BeTrue();
        updates.Current.Changes.Should().ContainSingle("what stayed as it was has not changed").Which.Key.Name.Should().Be("radio");
        updates.Current.Snapshot.Records[tablet.Key].Addresses.Should().Equal(tablet.Addresses);

        foreach (var half in new[] { "", "0 a6:5e:60:01:02:03 192.168.1.31 tab" })
        {
            await File.WriteAllTextAsync(leases, half);
            source.Refresh();
            source.Current.Records.Should().HaveCount(2, "it is being written");
        }
    }

    private static HostsFileSource Source(params string[] paths) =>
        new(new HostsFileOptions { Paths = paths, PollInterval = TimeSpan.FromMilliseconds(200) }, ["home"], NullLogger<HostsFileSource>.Instance);
}
