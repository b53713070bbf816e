using System.Net;

namespace HomeCloud.Agent.Doctor;

/// <param name="Address">What it is bound to; 0.0.0.0 or :: for all.</param>
/// <param name="Process">Name of the process, <c>?</c> when it may not be known (not root).</param>
/// <param name="Pid">0 when it may not be known.</param>
public sealed record PortHolder(IPAddress Address, string Process, int Pid);
