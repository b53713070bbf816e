using HomeCloud.Dns.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Tests.Dns.Hosting;

public class ServerHostTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Starts_in_order_and_stops_in_the_opposite_one()
    {
        var log = new List<string>();
        await using var host = Host(new Recorder("a", log), new Recorder("b", log));
        await host.StartAsync();
        host.ApplicationStarted.IsCancellationRequested.Should().BeTrue();

        host.StopApplication();
        await host.WaitForStopAsync().WaitAsync(Deadline);
        await host.StopAsync();

        log.Should().Equal("a starts", "b starts", "b stops", "a stops");
        host.ApplicationStopped.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task What_started_before_a_failure_is_stopped()
    {
        var log = new List<string>();
        await using var host = Host(new Recorder("a", log), new Recorder("b", log, new InvalidOperationException("taken")), new Recorder("c", log));

        await FluentActions.Awaiting(host.StartAsync).Should().ThrowAsync<InvalidOperationException>().WithMessage("taken");
        await host.StopAsync();

        log.Should().Equal("a starts", "b starts", "b stops", "a stops");
    }

    [Fact]
    public async Task A_background_service_that_fails_stops_the_server()
    {
        await using var host = Host(new Failing());
        await host.StartAsync();

        await host.WaitForStopAsync().WaitAsync(Deadline);
        await host.StopAsync();

        host.HasFailed.Should().BeTrue("its supervisor must not take this end for a wish");
    }

    private static ServerHost Host(params IHostedService[] services)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        foreach (var service in services)
            collection.AddSingleton(service);
        return new ServerHost(collection);
    }

    private sealed class Recorder(string name, List<string> log, Exception? problem = null) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.Add($"{name} starts");
            return problem is null ? Task.CompletedTask : Task.FromException(problem);
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            log.Add($"{name} stops");
            return Task.CompletedTask;
        }
    }

    private sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("a bug");
        }
    }
}
