namespace HomeCloud.Cli.Commands.Lab;

/// <param name="Title">What was done.</param>
/// <param name="Passed">Whether it came out right.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Said">What came out, or what was wrong.</param>
internal sealed record CheckedStep(string Title, bool Passed, double Seconds, string Said);
