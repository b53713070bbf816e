using HomeCloud.Agent.Hosting;

return await AgentCommand.RunAsync(args);
