export const teamBounds = {
  teamsOwned: 20,
  members: 200,
  nameLength: 200,
  allowedModels: 200,
};
